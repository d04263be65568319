import { fork, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { printable } from "../log.ts";

/** What opens the tunnel. */
export type TunnelCommand = { kind: "program"; path: string; args: readonly string[] } | { kind: "shell"; line: string };

export interface TunnelListener {
  /** A line of the program's output. */
  line(text: string): void;
  /** Once, after the last line. */
  exit(): void;
}

const ownsGroup = process.platform !== "win32";
const longestLine = 4096;

/** One life of the tunnel's program, under a guard that ends it when this process is gone, in whatever way. */
export class TunnelProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  constructor(command: TunnelCommand, listener: TunnelListener) {
    const what = command.kind === "program" ? ["program", command.path, ...command.args] : ["shell", command.line];
    this.#child = fork(`${import.meta.dirname}/guard.ts`, what, {
      execArgv: ["--import", import.meta.resolve("tsx")],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: ownsGroup,
    });
    this.#read(this.#child.stdout, listener);
    this.#read(this.#child.stderr, listener);
    this.#ended = new Promise((resolve) => {
      const end = (): void => {
        this.#endGroup();
        resolve();
        listener.exit();
      };
      this.#child.once("exit", end);
      this.#child.on("error", () => {
        if (this.#child.pid === undefined) end();
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#endGroup(), 4000);
    await this.#ended;
    clearTimeout(timer);
  }

  #read(stream: Readable | null, listener: TunnelListener): void {
    if (stream === null) return;
    createInterface({ input: stream }).on("line", (text) => listener.line(printable(text.slice(0, longestLine))));
    stream.on("error", () => undefined);
  }

  #endGroup(): void {
    if (!ownsGroup || this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // Nobody is left.
    }
  }
}
