import { Worker } from "node:worker_threads";
import { quantizeToBlob, type TransposedMatrix } from "./blobs.ts";
import { BlockKernel } from "./blockKernel.ts";
import { type BlockFormat, type QuantizedRows, quantizeRows } from "./blockwise.ts";

/** Quantizes weights, here or on several threads. They must not be used afterwards. */
export interface Quantizer extends AsyncDisposable {
  /** How many calls are worth making at once. */
  readonly parallel: number;
  /** As quantizeRows. */
  quantize(weights: Float32Array<ArrayBuffer>, columns: number, format: BlockFormat): Promise<QuantizedRows>;
  /** As quantizeToBlob. */
  quantizeToBlob(weights: Float32Array<ArrayBuffer>, matrix: TransposedMatrix): Promise<Uint8Array<ArrayBuffer>>;
}

export type QuantizerTask = { weights: Float32Array<ArrayBuffer> } & ({ into: "rows"; columns: number; format: BlockFormat } | { into: "blob"; matrix: TransposedMatrix });
/** In the order of the tasks. */
export type QuantizerAnswer = { into: "rows"; rows: QuantizedRows } | { into: "blob"; blob: Uint8Array<ArrayBuffer> };

/** More threads than this wait for the disk anyhow, and each holds a part of a matrix. */
const mostThreads = 16;

/** @param threads 1 for the calling thread: starting others takes longer than preparing a small model. */
export function createQuantizer(threads: number): Quantizer {
  return threads <= 1 ? new InlineQuantizer() : new ThreadedQuantizer(Math.min(threads, mostThreads));
}

class InlineQuantizer implements Quantizer {
  readonly parallel = 1;
  readonly #kernel = new BlockKernel();

  quantize(weights: Float32Array<ArrayBuffer>, columns: number, format: BlockFormat): Promise<QuantizedRows> {
    return Promise.resolve(quantizeRows(weights, columns, format, this.#kernel));
  }

  quantizeToBlob(weights: Float32Array<ArrayBuffer>, matrix: TransposedMatrix): Promise<Uint8Array<ArrayBuffer>> {
    return Promise.resolve(quantizeToBlob(weights, matrix, this.#kernel));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

interface Lane {
  worker: Worker;
  /** The calls that the worker has not answered yet, in its order. */
  pending: PromiseWithResolvers<QuantizerAnswer>[];
}

class ThreadedQuantizer implements Quantizer {
  /** One more than threads, so that none waits for the next rows to be read. */
  readonly parallel: number;
  readonly #lanes: readonly Lane[];

  constructor(threads: number) {
    this.parallel = threads + 1;
    this.#lanes = Array.from({ length: threads }, startLane);
  }

  async quantize(weights: Float32Array<ArrayBuffer>, columns: number, format: BlockFormat): Promise<QuantizedRows> {
    const answer = await this.#send({ into: "rows", weights, columns, format });
    if (answer.into !== "rows") throw new TypeError("a quantizing thread answered something else");
    return answer.rows;
  }

  async quantizeToBlob(weights: Float32Array<ArrayBuffer>, matrix: TransposedMatrix): Promise<Uint8Array<ArrayBuffer>> {
    const answer = await this.#send({ into: "blob", weights, matrix });
    if (answer.into !== "blob") throw new TypeError("a quantizing thread answered something else");
    return answer.blob;
  }

  #send(task: QuantizerTask): Promise<QuantizerAnswer> {
    const lane = this.#lanes.reduce((free, other) => (other.pending.length < free.pending.length ? other : free));
    const answer = Promise.withResolvers<QuantizerAnswer>();
    lane.pending.push(answer);
    lane.worker.postMessage(task, [task.weights.buffer]);
    return answer.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#lanes.map(({ worker }) => worker.terminate()));
  }
}

function startLane(): Lane {
  const worker = new Worker(new URL("./quantizerThread.ts", import.meta.url), { execArgv: ["--import", import.meta.resolve("tsx")] });
  const lane: Lane = { worker, pending: [] };
  worker.on("message", (answer: QuantizerAnswer) => lane.pending.shift()?.resolve(answer));
  const fail = (fault: Error) => {
    for (const { reject } of lane.pending.splice(0)) reject(fault);
  };
  worker.on("error", fail);
  worker.on("exit", () => fail(new Error("a quantizing thread ended")));
  return lane;
}

/**
 * The results for the items of a source in its order, up to `parallel` of them under way at once.
 * What was begun has ended when the generator is left.
 */
export async function* mapInOrder<T, R>(source: AsyncIterable<T>, parallel: number, change: (item: T) => Promise<R>): AsyncGenerator<R> {
  const pending: Promise<R>[] = [];
  try {
    for await (const item of source) {
      const result = change(item);
      result.catch(() => undefined); // whoever waits for it hears of it in its turn
      pending.push(result);
      const first = pending[0];
      if (pending.length < parallel || first === undefined) continue;
      yield await first;
      void pending.shift();
    }
    for (let first = pending[0]; first !== undefined; first = pending[0]) {
      yield await first;
      void pending.shift();
    }
  } finally {
    await Promise.allSettled(pending);
  }
}
