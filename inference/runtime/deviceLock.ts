/** Lets one piece of work at a time reach a device: ONNX Runtime's GPU providers share their state among sessions, unguarded. */
export interface DeviceLock {
  run<T>(work: () => T | Promise<T>): Promise<T>;
}

/** In the order of arrival, each once the one before it has ended. */
export class QueueLock implements DeviceLock {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** The CPU provider needs no guard: everything is done at once. */
export const noLock: DeviceLock = {
  async run<T>(work: () => T | Promise<T>): Promise<T> {
    return work();
  },
};
