import { execFile } from "node:child_process";
import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { loadCheckpoint } from "../inference/checkpoint/load.ts";
import type { Dtype } from "../inference/model/dtypes.ts";
import { BenchmarkProcess, type OnMeasured } from "./benchmarkProcess.ts";
import { writeRandomGguf } from "./gguf/randomModel.ts";
import type { Contestant } from "./contest.ts";
import type { Options } from "./options.ts";
import { writePublishedCheckpoint, writeRandomCheckpoint } from "./randomCheckpoint.ts";
import type { ShapeName } from "./shapes.ts";

/** The programs that are compared, and what they need: each is brought or made once and then kept in the scratch folder. */

const run = promisify(execFile);
const llamaCppVersion = "3.22.1";
const processes = path.join(import.meta.dirname, "processes");

export type Part = "decoder" | "vision";

export interface OursOptions {
  /** Tokens that fit into the KV cache. */
  capacity?: number;
  checkpoint?: string;
  /** Which API of ONNX Runtime. */
  runtime?: "C API" | "run()";
}

export class Programs implements AsyncDisposable {
  readonly #options: Options;
  readonly #processes = new Set<BenchmarkProcess>();

  readonly #onMeasured: OnMeasured;

  constructor(options: Options, onMeasured: OnMeasured) {
    this.#options = options;
    this.#onMeasured = onMeasured;
  }

  get #cacheFolder(): string {
    return path.join(this.#options.scratch, "cache");
  }

  /** A checkpoint of the 2B model's shape with random weights. */
  checkpoint(): Promise<string> {
    if (!this.#options.tiny) return this.#made("2b", (folder) => writePublishedCheckpoint(folder, "2B"));
    const tiny = { hiddenSize: 256, intermediateSize: 512, heads: 4, kvHeads: 2, headDim: 64, layers: 2, vocabularySize: 2048 };
    return this.#made("tiny", (folder) => writeRandomCheckpoint(folder, tiny));
  }

  /** The first layers of a model. */
  shallowCheckpoint(name: ShapeName): Promise<string> {
    if (this.#options.tiny) return this.checkpoint();
    return this.#made(`${name.toLowerCase()}-4layers`, (folder) => writePublishedCheckpoint(folder, name, { layers: 4 }));
  }

  /** Our decoder or vision tower; on the 2B model's shape, unless another checkpoint is named. */
  async ours(part: Part, dtype: Dtype, { capacity = 1, checkpoint, runtime = "C API" }: OursOptions = {}): Promise<BenchmarkProcess> {
    return this.#node("ours.ts", { checkpoint: checkpoint ?? (await this.checkpoint()), cache: this.#cacheFolder, dtype, part, capacity, runtime });
  }

  /** llama.cpp on a model of the same shape. */
  async llamaCpp(flash: "on" | "off" = "on"): Promise<BenchmarkProcess> {
    const checkpoint = await this.checkpoint();
    const model = await this.#made(`${path.basename(checkpoint)}.gguf`, async (file) => {
      using loaded = await loadCheckpoint(checkpoint);
      await writeRandomGguf(file, loaded.config.text);
    });
    const flags = { package: await this.#llamaCppPackage(), version: llamaCppVersion, model, threads: this.#options.threads, flash };
    return this.#node("llamaCpp.ts", flags);
  }

  /** transformers, where there is a Python that has it. */
  async transformers(part: Part): Promise<Contestant> {
    const { python, threads, variables } = this.#options;
    try {
      await run(python, ["-c", "import torch, transformers"], { env: variables });
    } catch {
      return { name: "transformers, bf16", process: undefined };
    }
    const flags = words({ checkpoint: await this.checkpoint(), part, threads });
    const process = await this.#start(python, [path.join(processes, "transformersBf16.py"), ...flags]);
    return { name: process.name, process };
  }

  /** The whole engine, on the embedded model or on that of `checkpoint`. */
  async engine(checkpoint: string, dtype: Dtype, { slots = 1, capacity = 2048, picture = 512 } = {}): Promise<BenchmarkProcess> {
    return this.#node("engine.ts", { checkpoint, cache: this.#cacheFolder, dtype, slots, capacity, picture });
  }

  async preparation(checkpoint: string, dtype: Dtype): Promise<BenchmarkProcess> {
    return this.#node("preparation.ts", { checkpoint, scratch: this.#options.scratch, dtype });
  }

  /** Ends what still runs. */
  async end(): Promise<void> {
    for (const process of this.#processes) await process[Symbol.asyncDispose]();
    this.#processes.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }

  /** A process of ours with any flags. */
  #node(script: string, flags: Readonly<Record<string, string | number>>): Promise<BenchmarkProcess> {
    return this.#start(process.execPath, ["--import", "tsx", path.join(processes, script), ...words(flags)]);
  }

  async #start(command: string, flags: readonly string[]): Promise<BenchmarkProcess> {
    const started = await BenchmarkProcess.start({ command, words: flags, variables: this.#options.variables, onMeasured: this.#onMeasured });
    this.#processes.add(started);
    return started;
  }

  /** node-llama-cpp with the binary for this machine, in a folder of its own: it is no dependency of the project. */
  #llamaCppPackage(): Promise<string> {
    const { variables } = this.#options;
    return this.#made(`node-llama-cpp-${llamaCppVersion}`, async (folder) => {
      await mkdir(folder, { recursive: true });
      const binary = `@node-llama-cpp/${llamaCppPlatform()}`;
      await writeFile(path.join(folder, "package.json"), JSON.stringify({ private: true, dependencies: { "node-llama-cpp": llamaCppVersion, [binary]: llamaCppVersion } }));
      await run("npm", ["install", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder, env: variables });
    });
  }

  /** What lies in the scratch folder under a name; made under another one first, so that it is whole. */
  async #made(name: string, make: (draft: string) => Promise<void>): Promise<string> {
    const finished = path.join(this.#options.scratch, name);
    try {
      await access(finished);
    } catch {
      console.error(`making ${finished}`);
      await mkdir(this.#options.scratch, { recursive: true });
      const draft = `${finished}.draft`;
      await rm(draft, { recursive: true, force: true });
      await make(draft);
      await rename(draft, finished);
    }
    return finished;
  }
}

function words(flags: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** As the packages of node-llama-cpp's binaries are called. */
function llamaCppPlatform(): string {
  const { platform, arch } = process;
  if (platform === "darwin") return arch === "arm64" ? "mac-arm64-metal" : "mac-x64";
  return `${platform === "win32" ? "win" : platform}-${arch}`;
}
