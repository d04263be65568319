import { Worker } from "node:worker_threads";
import { type BlockFormat, type QuantizedRows, quantizeRows } from "./blockwise.ts";

/** Quantizes rows, here or on several threads. */
export interface Quantizer extends AsyncDisposable {
  /** How many calls are worth making at once. */
  readonly parallel: number;
  /** As quantizeRows. `weights` must not be used afterwards. */
  quantize(weights: Float32Array<ArrayBuffer>, columns: number, format: BlockFormat): Promise<QuantizedRows>;
}

export interface QuantizerTask {
  weights: Float32Array<ArrayBuffer>;
  columns: number;
  format: BlockFormat;
}

/** More threads than this wait for the disk anyhow, and each holds a part of a matrix. */
const mostThreads = 16;

/** @param threads 1 for the calling thread: starting others takes longer than preparing a small model. */
export function createQuantizer(threads: number): Quantizer {
  return threads <= 1 ? new InlineQuantizer() : new ThreadedQuantizer(Math.min(threads, mostThreads));
}

class InlineQuantizer implements Quantizer {
  readonly parallel = 1;

  quantize(weights: Float32Array<ArrayBuffer>, columns: number, format: BlockFormat): Promise<QuantizedRows> {
    return Promise.resolve(quantizeRows(weights, columns, format));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

interface Lane {
  worker: Worker;
  /** The calls that the worker has not answered yet, in its order. */
  pending: PromiseWithResolvers<QuantizedRows>[];
}

class ThreadedQuantizer implements Quantizer {
  /** One more than threads, so that none waits for the next rows to be read. */
  readonly parallel: number;
  readonly #lanes: readonly Lane[];

  constructor(threads: number) {
    this.parallel = threads + 1;
    this.#lanes = Array.from({ length: threads }, startLane);
  }

  quantize(weights: Float32Array<ArrayBuffer>, columns: number, format: BlockFormat): Promise<QuantizedRows> {
    const lane = this.#lanes.reduce((free, other) => (other.pending.length < free.pending.length ? other : free));
    const answer = Promise.withResolvers<QuantizedRows>();
    lane.pending.push(answer);
    const task: QuantizerTask = { weights, columns, format };
    lane.worker.postMessage(task, [weights.buffer]);
    return answer.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#lanes.map(({ worker }) => worker.terminate()));
  }
}

function startLane(): Lane {
  const worker = new Worker(new URL("./quantizerThread.ts", import.meta.url), { execArgv: ["--import", import.meta.resolve("tsx")] });
  const lane: Lane = { worker, pending: [] };
  worker.on("message", (rows: QuantizedRows) => lane.pending.shift()?.resolve(rows));
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
