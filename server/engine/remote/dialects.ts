import type { Sampling } from "../../../inference/conversation.ts";
import type { Backend } from "./settings.ts";

/** Servers that share OpenAI's protocol differ in what they know beyond it. `demo` is another instance of this program. */
export type DialectName = "vllm" | "sglang" | "dashscope" | "demo" | "plain";

export type SamplingField = Exclude<keyof Sampling, "greedy">;

export interface Dialect {
  name: DialectName;
  /** As people call it. */
  label: string;
  sampling: ReadonlySet<SamplingField>;
  /** How an answer that was cut off goes on: by fields of the request, a mark on the message, or as the server sees fit. */
  continues: "fields" | "mark" | "unmarked";
  /** How the engine is told to number pictures; else the numbers are written as text. */
  numbersMedia: "template" | "field" | undefined;
  /**
   * How media are sent. options: whole, with Qwen's options beside them · clips: pictures and clips reduced on this machine
   * to what is to be seen · frames: clips as lists of frames, pictures whole with options · pictures: clips as pictures, each after its time.
   */
  media: "options" | "clips" | "frames" | "pictures";
  /** Each chunk says how many tokens there are so far. */
  countsAsItGoes: boolean;
  ignoresEos: boolean;
  /** How it counts tokens: each text by /tokenize, or all at once as we do; else nobody knows before it answers. */
  countsTokens: "each" | "all" | undefined;
  /** What "tool_choice" leaves the calls as the model wrote them. */
  rawToolChoice: "none" | undefined;
}

const standard = ["temperature", "top_p", "presence_penalty", "frequency_penalty", "seed"] as const;
const all: readonly SamplingField[] = [...standard, "top_k", "min_p", "repetition_penalty"];

const dialects: Record<DialectName, Omit<Dialect, "name">> = {
  vllm: {
    label: "vLLM",
    sampling: new Set(all),
    continues: "fields",
    numbersMedia: "template",
    media: "clips",
    countsAsItGoes: true,
    ignoresEos: true,
    countsTokens: "each",
    rawToolChoice: "none",
  },
  sglang: {
    label: "SGLang",
    sampling: new Set(all),
    continues: "fields",
    numbersMedia: "template",
    media: "clips",
    countsAsItGoes: true,
    ignoresEos: true,
    countsTokens: "each",
    rawToolChoice: undefined,
  },
  dashscope: {
    label: "DashScope",
    sampling: new Set(["temperature", "top_p", "top_k", "presence_penalty", "repetition_penalty", "seed"]),
    continues: "mark",
    numbersMedia: undefined,
    media: "frames",
    countsAsItGoes: false,
    ignoresEos: false,
    countsTokens: undefined,
    rawToolChoice: undefined,
  },
  demo: {
    label: "Qwen3-VL web demo",
    sampling: new Set(all),
    continues: "fields",
    numbersMedia: "field",
    media: "options",
    countsAsItGoes: false,
    ignoresEos: false,
    countsTokens: "all",
    rawToolChoice: undefined,
  },
  plain: {
    label: "OpenAI-compatible engine",
    sampling: new Set(standard),
    continues: "unmarked",
    numbersMedia: undefined,
    media: "pictures",
    countsAsItGoes: false,
    ignoresEos: false,
    countsTokens: undefined,
    rawToolChoice: undefined,
  },
};

/** What another instance of this program calls itself in its list of models. */
export const demoOwner = "qwen3-vl-web-demo";

/** An engine that is only known as OpenAI-compatible tells by its list of models what it is. */
export function dialectOf(backend: Backend, owner: string | undefined): Dialect {
  const name = backend === "openai" ? nameByOwner(owner) : backend;
  return { name, ...dialects[name] };
}

function nameByOwner(owner: string | undefined): DialectName {
  switch (owner) {
    case demoOwner:
      return "demo";
    case "vllm":
      return "vllm";
    case "sglang":
      return "sglang";
    default:
      return "plain";
  }
}
