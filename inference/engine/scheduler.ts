import type { Answer, Outcome } from "./answer.ts";
import type { Decoder } from "./decoder.ts";
import type { Sequence } from "./sequence.ts";
import { SequencePool } from "./sequencePool.ts";

/** Tokens of one prefill run. */
export interface ChunkSizes {
  alone: number;
  /** While others wait for their next token: the longest pause between two of theirs. */
  besideOthers: number;
}

/** What it needs of a decoder. */
export type BatchDecoder = Pick<Decoder, "sequences" | "reuse" | "prefillChunk" | "step">;

interface Job {
  answer: Answer;
  owner: string;
  signal: AbortSignal;
  resolve: (outcome: Outcome) => void;
  reject: (fault: unknown) => void;
  onPosition: (position: number) => void;
  lastPosition: number | undefined;
}

interface Running {
  job: Job;
  sequence: Sequence;
  /** Prompt tokens that the sequence held already. */
  reused: number;
}

/**
 * Continuous batching: requests join and leave at any step. Of the prompts that are being read, one after the other gets
 * a chunk; between the chunks all answers that are being written get their next token in one batch.
 */
export class Scheduler {
  readonly #decoder: BatchDecoder;
  readonly #chunks: ChunkSizes;
  readonly #pool: SequencePool;
  readonly #waiting: Job[] = [];
  readonly #reading: Running[] = [];
  #writing: Running[] = [];
  /** When an owner was last given a slot, as a running number; forgotten when nothing is under way. */
  readonly #served = new Map<string, number>();
  #begun = 0;
  #loop: Promise<void> | undefined;

  constructor(decoder: BatchDecoder, chunks: ChunkSizes) {
    this.#decoder = decoder;
    this.#chunks = chunks;
    this.#pool = new SequencePool(decoder.sequences);
  }

  /**
   * Writes an answer; an abort ends it like anything else, with what it has.
   * @param onPosition told how many wait before it, whenever that changes
   */
  run(answer: Answer, { owner, signal, onPosition }: { owner: string; signal: AbortSignal; onPosition: (position: number) => void }): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      // A listener that stays would keep the signal alive, and with it the prompt and its features.
      const over = new AbortController();
      const job: Job = {
        answer,
        owner,
        signal,
        resolve: (outcome) => {
          over.abort();
          resolve(outcome);
        },
        reject: (fault) => {
          over.abort();
          reject(fault instanceof Error ? fault : new Error("the run failed", { cause: fault }));
        },
        onPosition,
        lastPosition: undefined,
      };
      this.#waiting.push(job);
      signal.addEventListener("abort", () => this.#leave(job), { once: true, signal: over.signal });
      this.#loop ??= this.#work().finally(() => (this.#loop = undefined));
    });
  }

  /** Resolves when no answer is under way. */
  async idle(): Promise<void> {
    await this.#loop;
  }

  async #work(): Promise<void> {
    await Promise.resolve(); // requests of the same moment are admitted together
    for (;;) {
      this.#admit();
      if (this.#reading.length + this.#writing.length === 0) {
        this.#served.clear();
        return;
      }
      await this.#readChunk();
      await this.#writeTokens();
    }
  }

  #admit(): void {
    for (;;) {
      const [job] = this.#fairOrder();
      if (!job || !this.#begin(job)) break;
    }
    this.#fairOrder().forEach((job, index) => {
      if (job.lastPosition === index + 1) return;
      job.lastPosition = index + 1;
      job.onPosition(index + 1);
    });
  }

  #begin(job: Job): boolean {
    const sequence = this.#pool.lend(job.answer.prompt.identities, job.owner);
    if (!sequence) return false;
    this.#waiting.splice(this.#waiting.indexOf(job), 1);
    this.#served.set(job.owner, this.#begun++);
    if (job.signal.aborted) {
      this.#pool.giveBack(sequence);
      job.resolve(job.answer.finish("abort"));
      return true;
    }
    const reused = this.#decoder.reuse(sequence, job.answer.prompt);
    job.answer.start(reused);
    job.answer.reportPrefill(0, job.answer.prompt.tokens.length - reused);
    this.#reading.push({ job, sequence, reused });
    return true;
  }

  /** Who waits: owners with the fewest answers under way first, of those who was served the longest time ago, then by arrival. */
  #fairOrder(): Job[] {
    const underWay = (owner: string) => [...this.#reading, ...this.#writing].filter(({ job }) => job.owner === owner).length;
    const served = (owner: string) => this.#served.get(owner) ?? -1;
    return [...this.#waiting].sort((a, b) => underWay(a.owner) - underWay(b.owner) || served(a.owner) - served(b.owner));
  }

  async #readChunk(): Promise<void> {
    const running = this.#reading.shift();
    if (!running) return;
    const { job, sequence, reused } = running;
    const { prompt } = job.answer;
    const chunk = this.#writing.length > 0 ? this.#chunks.besideOthers : this.#chunks.alone;
    try {
      job.signal.throwIfAborted();
      const logits = await this.#decoder.prefillChunk(sequence, prompt, { chunk, signal: job.signal });
      job.answer.reportPrefill(sequence.length - reused, prompt.tokens.length - reused);
      if (!logits) this.#reading.push(running);
      else if (this.#continues(running, logits)) this.#writing.push(running);
    } catch (fault) {
      this.#fail(running, fault);
    }
  }

  async #writeTokens(): Promise<void> {
    this.#writing = this.#writing.filter((running) => {
      if (running.job.signal.aborted) this.#end(running, "abort");
      return !running.job.signal.aborted;
    });
    const batch = this.#writing;
    if (batch.length === 0) return;
    try {
      const logits = await this.#decoder.step(batch.map(({ sequence, job }) => ({ sequence, ...job.answer.next })));
      this.#writing = batch.filter((running, row) => this.#continues(running, logits[row] ?? new Float32Array()));
    } catch (fault) {
      this.#writing = [];
      for (const running of batch) this.#fail(running, fault);
    }
  }

  #continues(running: Running, logits: Float32Array): boolean {
    const reason = running.job.answer.accept(logits);
    if (reason) this.#end(running, reason);
    return reason === undefined;
  }

  #end({ job, sequence }: Running, reason: Outcome["reason"]): void {
    this.#pool.giveBack(sequence);
    job.resolve(job.answer.finish(reason));
  }

  #fail(running: Running, fault: unknown): void {
    if (running.job.signal.aborted) {
      this.#end(running, "abort");
      return;
    }
    this.#pool.giveBack(running.sequence);
    running.job.reject(fault);
  }

  /** One that gives up while it waits is gone at once; the others notice at their next step. */
  #leave(job: Job): void {
    const place = this.#waiting.indexOf(job);
    if (place < 0) return;
    this.#waiting.splice(place, 1);
    job.resolve(job.answer.finish("abort"));
  }
}
