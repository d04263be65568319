import * as z from "zod/mini";
import { generationRequestSchema, imagePartSchema, videoPartSchema } from "./conversation.ts";
import { wireErrorSchema } from "./errors.ts";
import { generationEventSchema, mediaInfoSchema } from "./events.ts";
import { mediaRulesSchema } from "./media/cost.ts";
import { fittedFormSchema, fittedMediumSchema } from "./media/fitted.ts";

/** The messages between the server and the inference worker, its child process; parsed where they arrive. */

export const engineInfoSchema = z.object({
  /** The checkpoint's folder name, or "demo" for the embedded model. */
  name: z.string(),
  embedded: z.boolean(),
  modelType: z.enum(["qwen3_vl", "qwen3_vl_moe"]),
  parameters: z.int().check(z.nonnegative()),
  thinking: z.boolean(),
  dtype: z.string(),
  /** Where it runs: "CPU", "WebGPU", … and how the library is called: "C API" or "JavaScript API". */
  device: z.string(),
  runtime: z.string(),
  contextLength: z.int().check(z.positive()),
  /** Bytes that it uses at most, on the device, where that is known. */
  memory: z.optional(z.int().check(z.positive())),
  /** Token ids are below it. */
  vocabularySize: z.optional(z.int().check(z.positive())),
  /** Defaults of generation_config.json, as sampling options. */
  defaults: z.record(z.string(), z.union([z.number(), z.boolean()])),
  /** How it sizes media, where that is known: what a picture or clip costs can then be computed anywhere. */
  media: z.optional(mediaRulesSchema),
  /** Of an engine elsewhere. */
  remote: z.optional(
    z.object({
      /** What kind of engine it is, for people, and its host and port. */
      label: z.string(),
      host: z.string(),
      /** The model's whole name there, and all that the engine has. */
      model: z.string(),
      models: z.array(z.string()),
      /** The sampling fields that it knows. */
      sampling: z.array(z.string()),
      /** Another instance of this program. */
      isDemo: z.boolean(),
    }),
  ),
});
export type EngineInfo = z.infer<typeof engineInfoSchema>;

/** How far loading is; `fraction` is 0 to 1 within the stage. */
export const loadingSchema = z.object({
  /** connecting: to an engine elsewhere. */
  stage: z.enum(["connecting", "downloading", "reading", "preparing", "starting"]),
  fraction: z.number().check(z.minimum(0), z.maximum(1)),
  /** Of this stage, once its speed is known. */
  secondsLeft: z.optional(z.number().check(z.nonnegative())),
  /** Of a download. */
  bytesPerSecond: z.optional(z.number().check(z.nonnegative())),
});
export type Loading = z.infer<typeof loadingSchema>;

export const toWorkerSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("generate"), id: z.string(), request: generationRequestSchema }),
  z.object({ type: z.literal("cancel"), id: z.string() }),
  /** Validates a medium and says what it costs; `poster` is where a clip's first frame goes as JPEG. */
  z.object({
    type: z.literal("inspect"),
    id: z.string(),
    path: z.string(),
    /** The user's name for the file, for errors. */
    name: z.string(),
    kind: z.enum(["image", "video"]),
    poster: z.optional(z.string()),
  }),
  /** Reduces a medium to what the model is to see of it, in files in `folder`. */
  z.object({ type: z.literal("fit"), id: z.string(), part: z.union([imagePartSchema, videoPartSchema]), form: fittedFormSchema, folder: z.string() }),
  /** Counts the tokens of texts, as users write them. */
  z.object({ type: z.literal("count"), id: z.string(), texts: z.array(z.string()) }),
  z.object({ type: z.literal("shutdown") }),
]);
export type ToWorker = z.infer<typeof toWorkerSchema>;

export const fromWorkerSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("loading"), loading: loadingSchema }),
  z.object({ type: z.literal("ready"), info: engineInfoSchema }),
  /** The checkpoint cannot be loaded; trying again would not help. */
  z.object({ type: z.literal("unusable"), error: wireErrorSchema }),
  z.object({ type: z.literal("event"), id: z.string(), event: generationEventSchema }),
  z.object({ type: z.literal("inspected"), id: z.string(), info: mediaInfoSchema }),
  z.object({ type: z.literal("fitted"), id: z.string(), medium: fittedMediumSchema }),
  z.object({ type: z.literal("counted"), id: z.string(), counts: z.array(z.int().check(z.nonnegative())) }),
  z.object({ type: z.literal("refused"), id: z.string(), error: wireErrorSchema }),
  /** Sent every few seconds while a long computation goes on, so that a hung worker can be told from a busy one. */
  z.object({ type: z.literal("beat") }),
]);
export type FromWorker = z.infer<typeof fromWorkerSchema>;
