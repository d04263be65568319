import { Option, type Command } from "commander";
import { z } from "zod";

/** How the engine elsewhere is called, which decides how it is spoken to. */
const backends = ["vllm", "sglang", "dashscope", "openai"] as const;
export type Backend = (typeof backends)[number];

export interface RemoteSettings {
  backend: Backend;
  /** Ends with /v1 or the like, without a slash. */
  url: string;
  key: string | undefined;
  /** The only one, or the first, where it is left out. */
  model: string | undefined;
  /** Under which the engine reaches this server, so that media go by a link; else they go within the request. */
  mediaUrlBase: string | undefined;
  /** A folder whose processor files say how media are sized; else Qwen3-VL's published ones. */
  processors: string;
  /** For an engine that does not say it. */
  contextLength: number | undefined;
}

const backendMessage = `It must be local, ${backends.join(", ")}.`;
const backend = z.enum(["local", "hf", ...backends], backendMessage);
const address = z
  .string()
  .refine((text) => URL.canParse(text) && ["http:", "https:"].includes(new URL(text).protocol), "It must be an address such as http://host:8000/v1.")
  .refine((text) => !URL.canParse(text) || (new URL(text).username === "" && new URL(text).password === ""), "It must not hold a password: give a key with --engine-key.")
  .transform((text) => text.replace(/[?#].*$/, "").replace(/\/+$/, ""));
const fraction = z.coerce.number().gt(0, "It must be between 0 and 1.").max(1, "It must be between 0 and 1.");

export const remoteFlags = {
  backend: backend.optional(),
  engineUrl: address.optional(),
  engineKey: z.string().min(1).optional(),
  engineModel: z.string().min(1).optional(),
  mediaUrlBase: address.optional(),
  tensorParallelSize: z.coerce.number().int().min(1).optional(),
  gpuMemoryUtilization: fraction.optional(),
};

/** An empty variable counts as unset: that is how a compose file leaves one out. */
const unlessEmpty = <Schema extends z.ZodType>(schema: Schema) => z.preprocess((value) => (value === "" ? undefined : value), schema.optional());

export const remoteVariables = {
  QWEN_DEMO_BACKEND: unlessEmpty(backend),
  QWEN_DEMO_ENGINE_URL: unlessEmpty(address),
  QWEN_DEMO_ENGINE_KEY: unlessEmpty(z.string()),
  QWEN_DEMO_ENGINE_MODEL: unlessEmpty(z.string()),
  QWEN_DEMO_MEDIA_URL_BASE: unlessEmpty(address),
};

/** Adds the flags that `chooseRemote` reads to the command line. */
export function addRemoteOptions(command: Command): void {
  command
    .option("--backend <name>", `what answers: local (this machine, the default), or an engine elsewhere: ${backends.join(", ")} (or QWEN_DEMO_BACKEND)`)
    .option("--engine-url <address>", "where that engine is, such as http://host:8000/v1 (or QWEN_DEMO_ENGINE_URL)")
    .option("--engine-key <key>", "its key; better QWEN_DEMO_ENGINE_KEY, which no list of processes shows")
    .option("--engine-model <name>", "which of its models (default: the first Qwen3-VL, or QWEN_DEMO_ENGINE_MODEL)")
    .option("--media-url-base <address>", "where that engine reaches this server, such as http://thishost:7860: media then go by short-lived links instead of within the request (or QWEN_DEMO_MEDIA_URL_BASE)")
    .addOption(new Option("--tensor-parallel-size <n>", "GPUs of the vLLM that compose.yaml starts; see docker/"))
    .addOption(new Option("--gpu-memory-utilization <fraction>", "memory share of the vLLM that compose.yaml starts; see docker/"));
}

type Flags = z.infer<z.ZodObject<typeof remoteFlags>>;
type Variables = z.infer<z.ZodObject<typeof remoteVariables>>;

/** What was asked for, or why that cannot be; `notes` are what the console should explain. */
export type RemoteChoice = { ok: true; remote: RemoteSettings | undefined; notes: string[] } | { ok: false; fault: string };

const dashscopeUrl = "https://dashscope-intl.aliyuncs.com/compatible-mode/v1";

/** @param local what the local engine's flags say: the checkpoint that was named, and the longest conversation */
export function chooseRemote(flags: Flags, variables: Variables, local: { checkpoint: string | undefined; maxContext: number | undefined }): RemoteChoice {
  const url = flags.engineUrl ?? variables.QWEN_DEMO_ENGINE_URL;
  const chosen = flags.backend ?? variables.QWEN_DEMO_BACKEND ?? (flags.engineUrl === undefined ? "local" : "openai");
  const notes = vllmNotes(flags);
  if (chosen === "hf") return { ok: true, remote: undefined, notes: ["--backend hf: there is no Python here; the checkpoint runs in the local engine, as with --backend local.", ...notes] };
  if (chosen === "local") {
    if (flags.engineUrl !== undefined) return { ok: false, fault: "--engine-url needs an engine elsewhere: leave --backend local out, or name its kind, such as --backend vllm." };
    return { ok: true, remote: undefined, notes };
  }
  const target = url ?? (chosen === "dashscope" ? dashscopeUrl : undefined);
  if (target === undefined) return { ok: false, fault: `--backend ${chosen} needs --engine-url, such as --engine-url http://localhost:8000/v1 (started there with, for example, “vllm serve Qwen/Qwen3-VL-8B-Instruct”).` };
  const key = flags.engineKey ?? variables.QWEN_DEMO_ENGINE_KEY;
  if (chosen === "dashscope" && key === undefined) return { ok: false, fault: "--backend dashscope needs a key: set QWEN_DEMO_ENGINE_KEY." };
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key)) return { ok: false, fault: "The engine's key holds spaces or characters that no key has. Check QWEN_DEMO_ENGINE_KEY." };
  const remote: RemoteSettings = {
    backend: chosen,
    url: target,
    key,
    model: flags.engineModel ?? variables.QWEN_DEMO_ENGINE_MODEL ?? (chosen === "dashscope" ? "qwen3-vl-plus" : undefined),
    mediaUrlBase: flags.mediaUrlBase ?? variables.QWEN_DEMO_MEDIA_URL_BASE,
    processors: local.checkpoint ?? "",
    contextLength: local.maxContext,
  };
  return { ok: true, remote, notes };
}

/** These two belong to an engine that this program does not start; they are not ignored in silence. */
function vllmNotes({ tensorParallelSize, gpuMemoryUtilization }: Flags): string[] {
  const given = [
    ...(tensorParallelSize === undefined ? [] : [{ flag: `--tensor-parallel-size ${tensorParallelSize}`, variable: `TENSOR_PARALLEL_SIZE=${tensorParallelSize}` }]),
    ...(gpuMemoryUtilization === undefined ? [] : [{ flag: `--gpu-memory-utilization ${gpuMemoryUtilization}`, variable: `GPU_MEMORY_UTILIZATION=${gpuMemoryUtilization}` }]),
  ];
  if (given.length === 0) return [];
  const flags = given.map(({ flag }) => flag).join(" ");
  const variables = given.map(({ variable }) => variable).join(" ");
  return [`${flags}: this is for vLLM, which this program does not start. Use “${variables} docker compose --profile vllm up”, or start “vllm serve … ${flags}” and name it with --backend vllm --engine-url.`];
}
