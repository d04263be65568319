import { homedir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { type HubSettings, hubSettings, hubVariablesSchema } from "./hub/settings.ts";

const schema = hubVariablesSchema.extend({
  FFMPEG_PATH: z.string().min(1).optional(),
  MODEL_SEQ_LEN: z.coerce.number().int().positive().optional(),
  ONNXRUNTIME_LIBRARY: z.string().min(1).optional(),
  QWEN_DEMO_CACHE_DIR: z.string().min(1).optional(),
});

/** What the engine takes from its environment. */
export interface Environment {
  /** An ffmpeg to use instead of ffmpeg-static or the one on PATH. */
  ffmpegPath: string | undefined;
  /** qwen-vl-utils' MODEL_SEQ_LEN: how many tokens a clip may count on when nothing else bounds it. */
  modelSequenceLength: number | undefined;
  /** ONNX Runtime's shared library, another than the one of the package onnxruntime-node. */
  onnxRuntimeLibrary: string | undefined;
  /** Where prepared models are kept. */
  cacheFolder: string;
  hub: HubSettings;
}

/** Reads the environment; the only place of the engine that does. An empty variable counts as unset. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
  const parsed = schema.parse(set);
  return {
    ffmpegPath: parsed.FFMPEG_PATH,
    modelSequenceLength: parsed.MODEL_SEQ_LEN,
    onnxRuntimeLibrary: parsed.ONNXRUNTIME_LIBRARY,
    cacheFolder: parsed.QWEN_DEMO_CACHE_DIR ?? path.join(parsed.XDG_CACHE_HOME ?? path.join(homedir(), ".cache"), "qwen3-vl-web-demo"),
    hub: hubSettings(parsed),
  };
}
