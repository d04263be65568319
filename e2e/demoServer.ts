import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

export const projectRoot = path.resolve(import.meta.dirname, "..");

const run = promisify(execFile);

const greeting = /on (http:\/\/\S+)/;
/** Seconds until the page is served; the model may take longer. */
const startSeconds = 60;

interface Process {
  pid: number;
  parent: number;
  command: string;
}

export interface DemoServerOptions {
  flags?: readonly string[];
  /** Another worker than the real one. */
  worker?: string;
  environment?: Record<string, string>;
}

/** The real server as `./run_web_demo.sh` starts it, on a free port and with a data folder of its own. */
export class DemoServer implements AsyncDisposable {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #dataFolder: string;

  private constructor(child: ChildProcess, url: string, dataFolder: string) {
    this.#child = child;
    this.url = url;
    this.#dataFolder = dataFolder;
  }

  /** @throws Error with what the server printed when it does not listen. */
  static async start({ flags = [], worker, environment = {} }: DemoServerOptions = {}): Promise<DemoServer> {
    const dataFolder = await mkdtemp(path.join(tmpdir(), "qwen-demo-e2e-"));
    const child = startProcess(["--server-port", "0", ...(worker === undefined ? [] : ["--worker", worker]), ...flags], {
      // Test machines may have little room.
      QWEN_DEMO_FREE_BYTES: "0",
      ...environment,
      QWEN_DEMO_DATA_DIR: dataFolder,
    });
    try {
      const url = await listening(child);
      return new DemoServer(child, url, dataFolder);
    } catch (fault) {
      child.kill("SIGKILL");
      await rm(dataFolder, { recursive: true, force: true });
      throw fault;
    }
  }

  /** The process id of the inference worker. @throws Error when there is none at the moment. */
  async workerPid(): Promise<number> {
    const worker = (await processes()).find(({ parent, command }) => parent === this.#child.pid && command.includes("--checkpoint"));
    if (worker === undefined) throw new Error("The server has no worker at the moment.");
    return worker.pid;
  }

  /** The process id of what holds the public link's tunnel. @throws Error when there is none at the moment. */
  async tunnelPid(): Promise<number> {
    const guard = (await processes()).find(({ parent, command }) => parent === this.#child.pid && command.includes("share/guard.ts"));
    if (guard === undefined) throw new Error("The server has no tunnel at the moment.");
    return guard.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill("SIGTERM");
      const impatient = setTimeout(() => this.#child.kill("SIGKILL"), 10_000);
      await ended;
      clearTimeout(impatient);
    }
    await rm(this.#dataFolder, { recursive: true, force: true });
  }
}

/** Starts server/main.ts without waiting for anything. */
export function startProcess(flags: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, ["--import", import.meta.resolve("tsx"), path.join(projectRoot, "server", "main.ts"), ...flags], {
    cwd: projectRoot,
    env: { ...process.env, NODE_ENV: "production", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function listening(child: ChildProcess): Promise<string> {
  let printed = "";
  return new Promise((resolve, reject) => {
    const give = (reason: string): void => reject(new Error(`The server ${reason}. It printed:\n${printed}`));
    const late = setTimeout(() => give(`was not there after ${startSeconds} s`), startSeconds * 1000);
    child.once("exit", () => {
      clearTimeout(late);
      give("ended");
    });
    child.stderr?.on("data", (data: Buffer) => (printed += data.toString()));
    child.stdout?.on("data", (data: Buffer) => {
      printed += data.toString();
      const url = greeting.exec(printed)?.[1];
      if (url === undefined) return;
      clearTimeout(late);
      resolve(url);
    });
  });
}

async function processes(): Promise<Process[]> {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid=,args="]);
  return stdout.split("\n").flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}
