import { CApiRuntime } from "../cApiRuntime.ts";
import { type Binding, type Device, DeviceError, type Runtime, type Session } from "../types.ts";

/** For tests: computes on the CPU, is taken for a GPU, and may fail as one does that is lost. */
export class StandInGpu implements Runtime {
  readonly name = "C API";
  readonly device: Device = "webgpu";
  readonly longestQuery = Infinity;
  readonly halfPrecision = false;
  readonly #cpu = CApiRuntime.create();
  readonly #lost: boolean;

  constructor({ lost = false } = {}) {
    this.#lost = lost;
  }

  async createSession(...given: Parameters<Runtime["createSession"]>): Promise<Session> {
    const session = await this.#cpu.createSession(...given);
    if (this.#lost) session.createBinding = () => new LostBinding();
    return session;
  }

  createTensor: Runtime["createTensor"] = (...given) => this.#cpu.createTensor(...given);
  createView: Runtime["createView"] = (...given) => this.#cpu.createView(...given);
  [Symbol.asyncDispose](): Promise<void> {
    return this.#cpu[Symbol.asyncDispose]();
  }
}

class LostBinding implements Binding {
  readonly bindInput = () => undefined;
  readonly bindOutput = () => undefined;
  readonly [Symbol.dispose] = () => undefined;
  run(): Promise<void> {
    return Promise.reject(new DeviceError("webgpu", { cause: new Error("the device was lost") }));
  }
}
