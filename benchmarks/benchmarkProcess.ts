import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { z } from "zod";
import { undisturbed } from "./disturbance.ts";
import { memorySchema, type Memory, readySchema, type Request, replySchema, secondsSchema } from "./protocol.ts";

/** Told what has been measured, and which share of the processor others took meanwhile. */
export type OnMeasured = (measured: { work: string; result: unknown; others: number }) => void;

export interface Launch {
  command: string;
  words: readonly string[];
  variables: NodeJS.ProcessEnv;
  onMeasured?: OnMeasured;
}

/** A process that is measured. It stays, so that rounds can take turns without anything being loaded again. */
export class BenchmarkProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #replies: AsyncIterator<string>;
  readonly #onMeasured: OnMeasured;
  /** Its end, when everything it wrote has arrived. */
  readonly #closed: Promise<void>;
  /** The end of what it wrote to stderr. */
  #complaints = "";
  #name = "";
  #loadSeconds = NaN;

  private constructor({ command, words, variables, onMeasured = () => undefined }: Launch) {
    this.#onMeasured = onMeasured;
    this.#child = spawn(command, words, { stdio: ["pipe", "pipe", "pipe"], env: variables });
    this.#child.stderr?.on("data", (text: Buffer) => (this.#complaints = (this.#complaints + text.toString()).slice(-4000)));
    this.#child.stdin?.on("error", () => undefined); // its end is noticed where a reply is awaited
    this.#child.on("error", (fault) => (this.#complaints += fault.message));
    this.#closed = new Promise((resolve) => this.#child.on("close", () => resolve()));
    if (!this.#child.stdout) throw new Error("a process without stdout");
    this.#replies = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Starts one and waits until it can be asked. */
  static async start(launch: Launch): Promise<BenchmarkProcess> {
    const started = new BenchmarkProcess(launch);
    const { name, loadSeconds } = await started.#reply(readySchema);
    started.#name = name;
    started.#loadSeconds = loadSeconds;
    return started;
  }

  get pid(): number {
    return this.#child.pid ?? NaN;
  }

  get name(): string {
    return this.#name;
  }

  get loadSeconds(): number {
    return this.#loadSeconds;
  }

  async ask<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    return this.#reply(schema);
  }

  /** The same, repeated when other programs disturbed it. */
  async measure<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
    const { result, others } = await undisturbed(this.pid, () => this.ask(request, schema));
    this.#onMeasured({ work: `${Object.values(request).join(" ")}, ${this.name}`, result, others });
    return result;
  }

  async seconds(request: Request): Promise<number> {
    return (await this.measure(request, secondsSchema)).seconds;
  }

  memory(): Promise<Memory> {
    return this.ask({ do: "memory" }, memorySchema);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL"); // it holds nothing but memory
    await this.#closed;
  }

  async #reply<T>(schema: z.ZodType<T>): Promise<T> {
    for (;;) {
      const line = await this.#replies.next();
      if (line.done === true) {
        await this.#closed;
        throw new Error(`the process of ${this.#name || "a benchmark"} ended: ${this.#complaints}`);
      }
      const message = replySchema.safeParse(parseLine(line.value));
      if (!message.success) continue;
      if ("error" in message.data) throw new Error(`${this.#name}: ${message.data.error}`);
      return schema.parse(message.data.reply);
    }
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
