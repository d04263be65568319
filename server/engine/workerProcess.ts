import { fork, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fromWorkerSchema, type FromWorker, type ToWorker } from "../../inference/protocol.ts";
import type { DeviceChoice } from "../../inference/runtime/types.ts";
import { printable, type Log } from "../log.ts";

export interface WorkerOptions {
  /** The worker's entry file. */
  entry: string;
  checkpoint: string;
  device: DeviceChoice;
  /** The worker's own defaults without them. */
  dtype?: string | undefined;
  cacheFolder?: string | undefined;
  slots?: number | undefined;
  maxContext?: number | undefined;
  yarnFactor?: number | undefined;
}

export interface WorkerListener {
  message(message: FromWorker): void;
  /** Once, after the last message. */
  exit(reason: string): void;
}

const ownsGroup = process.platform !== "win32";

const setpriv = "/usr/bin/setpriv";

/**
 * Node.js, where possible through a program that has the kernel end it when this process is gone. A worker notices that for
 * itself, but not while it hangs.
 */
function nodeThatEndsWithUs(flags: readonly string[]): { execPath: string; execArgv: string[] } {
  if (process.platform !== "linux" || !existsSync(setpriv)) return { execPath: process.execPath, execArgv: [...flags] };
  return { execPath: setpriv, execArgv: ["--pdeathsig", "KILL", process.execPath, ...flags] };
}

/** One life of the inference process: started, spoken to, ended. What follows from its end is decided elsewhere. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #log: Log;
  readonly #ended: Promise<void>;

  constructor(options: WorkerOptions, listener: WorkerListener, log: Log) {
    this.#log = log;
    const flags = ["--checkpoint", options.checkpoint, "--device", options.device];
    if (options.dtype !== undefined) flags.push("--dtype", options.dtype);
    if (options.cacheFolder !== undefined) flags.push("--cache-dir", options.cacheFolder);
    if (options.slots !== undefined) flags.push("--slots", String(options.slots));
    if (options.maxContext !== undefined) flags.push("--max-context", String(options.maxContext));
    if (options.yarnFactor !== undefined) flags.push("--yarn-factor", String(options.yarnFactor));
    this.#child = fork(options.entry, flags, {
      ...nodeThatEndsWithUs(["--import", import.meta.resolve("tsx")]),
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // A group of its own: Ctrl+C in the console reaches the server alone, and what the worker started can be ended with it.
      detached: ownsGroup,
    });
    this.#forward(this.#child.stdout);
    this.#forward(this.#child.stderr);
    this.#preferAsVictim();
    this.#child.on("message", (raw) => {
      const message = fromWorkerSchema.safeParse(raw);
      if (message.success) listener.message(message.data);
      else log.fault("worker-message", message.error);
    });
    this.#ended = new Promise((resolve) => {
      const end = (reason: string): void => {
        this.#child.removeAllListeners("message");
        this.#endGroup();
        resolve();
        listener.exit(reason);
      };
      this.#child.once("exit", (code, signal) => end(signal ?? `code ${code ?? "unknown"}`));
      this.#child.on("error", (fault) => {
        log.fault("worker", fault);
        // A process that never started has no exit.
        if (this.#child.pid === undefined) end("could not be started");
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** A message to a worker that is just dying is lost; its exit follows and settles what it was asked. */
  send(message: ToWorker): void {
    if (!this.#child.connected) return;
    this.#child.send(message, (fault) => {
      if (fault !== null) this.#log.fault("worker-send", fault);
    });
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Asks the worker to end and makes it end after `grace` milliseconds. */
  async shutdown(grace: number): Promise<void> {
    this.send({ type: "shutdown" });
    const timer = setTimeout(() => this.kill(), grace);
    await this.#ended;
    clearTimeout(timer);
  }

  /** A worker that was killed leaves its ffmpeg behind. */
  #endGroup(): void {
    if (!ownsGroup || this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // Nobody is left.
    }
  }

  #forward(stream: Readable | null): void {
    if (stream === null) return;
    createInterface({ input: stream }).on("line", (line) => this.#log.info(`worker: ${printable(line)}`));
    stream.on("error", () => undefined);
  }

  /** When memory runs out, Linux should end the worker and not the server, which can start another. */
  #preferAsVictim(): void {
    if (process.platform !== "linux" || this.#child.pid === undefined) return;
    writeFile(`/proc/${this.#child.pid}/oom_score_adj`, "500").catch(() => undefined); // a container may forbid it
  }
}
