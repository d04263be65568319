import { spawn, type ChildProcess } from "node:child_process";
import { projectRoot } from "../config.ts";
import { eventually, fakeWorker } from "./harness.ts";

export interface ServerProcessOptions {
  dataFolder: string;
  flags?: readonly string[];
  /** A program and its arguments that run the server's command line, such as one that limits what it may have. */
  within?: readonly string[];
  environment?: Record<string, string>;
}

/** server/main.ts as a process of its own, without pages and with the fake worker. */
export class ServerProcess implements AsyncDisposable {
  readonly child: ChildProcess;
  /** Resolves with the exit code, null after a signal. */
  readonly exit: Promise<number | null>;
  #output = "";

  private constructor({ dataFolder, flags = [], within = [], environment = {} }: ServerProcessOptions) {
    const server = [process.execPath, "--import", "tsx", "server/main.ts", "--no-page", "--server-port", "0", "--worker", fakeWorker, ...flags];
    const [program = "", ...args] = [...within, ...server];
    this.child = spawn(program, args, {
      cwd: projectRoot,
      env: { ...process.env, QWEN_DEMO_DATA_DIR: dataFolder, QWEN_DEMO_FREE_BYTES: "0", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on("data", (data) => (this.#output += String(data)));
    this.exit = new Promise((resolve) => this.child.once("close", resolve));
  }

  /** Resolves when the model is ready. */
  static async start(options: ServerProcessOptions): Promise<ServerProcess> {
    const server = new ServerProcess(options);
    await eventually(() => server.output).toMatch(/Ready: fake/);
    return server;
  }

  /** All that it wrote. */
  get output(): string {
    return this.#output;
  }

  get origin(): string {
    return /http:\/\/localhost:\d+/.exec(this.#output)?.[0].replace("localhost", "127.0.0.1") ?? "";
  }

  get port(): number {
    return Number(new URL(this.origin).port);
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exit;
  }
}
