import * as z from "zod/mini";

/**
 * The shape of a conversation as the engine takes it, and as the published cookbooks and qwen-vl-utils write it.
 * A medium is named by a path, a URL or a data URI; what is allowed is decided by `media/source.ts`.
 */

const pixels = z.int().check(z.positive());

/** How big the pixels of one medium may become; see qwen-vl-utils `fetch_image` and `fetch_video`. */
const resizing = {
  min_pixels: z.optional(pixels),
  max_pixels: z.optional(pixels),
  resized_height: z.optional(pixels),
  resized_width: z.optional(pixels),
};

export const textPartSchema = z.object({ type: z.literal("text"), text: z.string() });

export const imagePartSchema = z.object({ type: z.literal("image"), image: z.string().check(z.minLength(1)), ...resizing });

/** `video` is one clip, or the list of its frames, taken `sample_fps` a second. */
export const videoPartSchema = z.object({
  type: z.literal("video"),
  video: z.union([z.string().check(z.minLength(1)), z.array(z.string().check(z.minLength(1))).check(z.minLength(1))]),
  ...resizing,
  /** Upper bound on the pixels of all sampled frames together. */
  total_pixels: z.optional(pixels),
  fps: z.optional(z.number().check(z.positive())),
  nframes: z.optional(z.int().check(z.positive())),
  min_frames: z.optional(z.int().check(z.positive())),
  max_frames: z.optional(z.int().check(z.positive())),
  /** Seconds. */
  video_start: z.optional(z.number().check(z.nonnegative())),
  video_end: z.optional(z.number().check(z.positive())),
  /** Frames a second of a frame list. */
  sample_fps: z.optional(z.number().check(z.positive())),
});

export const contentPartSchema = z.discriminatedUnion("type", [textPartSchema, imagePartSchema, videoPartSchema]);

/** A call that the model made of a function; the template writes it out. */
export const toolCallSchema = z.object({
  id: z.optional(z.string()),
  name: z.string(),
  arguments: z.record(z.string(), z.unknown()),
});
export type ToolCall = z.infer<typeof toolCallSchema>;

/** A function that the model may call; `parameters` is a JSON Schema. */
export const toolSchema = z.object({
  name: z.string(),
  description: z.optional(z.string()),
  parameters: z.optional(z.record(z.string(), z.unknown())),
});
export type Tool = z.infer<typeof toolSchema>;

export const messageSchema = z.object({
  /** tool: what a function that was called gave. */
  role: z.enum(["system", "user", "assistant", "tool"]),
  content: z.union([z.string(), z.array(contentPartSchema)]),
  /** Of an answer. */
  tool_calls: z.optional(z.array(toolCallSchema)),
  /** What was thought before an answer, for templates that show it. */
  reasoning_content: z.optional(z.string()),
  /** Of a tool's message: the call that it answers. */
  tool_call_id: z.optional(z.string()),
});

export const conversationSchema = z.array(messageSchema).check(z.minLength(1));

export type ImagePart = z.infer<typeof imagePartSchema>;
export type VideoPart = z.infer<typeof videoPartSchema>;
export type MediaPart = ImagePart | VideoPart;
export type ContentPart = z.infer<typeof contentPartSchema>;
export type Message = z.infer<typeof messageSchema>;

/** How the next token is chosen. What is left out comes from the checkpoint's generation_config.json. */
export const samplingSchema = z.object({
  /** The most probable token, always; the rest of the filters is then ignored, the penalties are not. */
  greedy: z.optional(z.boolean()),
  temperature: z.optional(z.number().check(z.minimum(0), z.maximum(100))),
  top_p: z.optional(z.number().check(z.gt(0), z.maximum(1))),
  /** 0 switches the filter off. */
  top_k: z.optional(z.int().check(z.minimum(0))),
  min_p: z.optional(z.number().check(z.minimum(0), z.maximum(1))),
  repetition_penalty: z.optional(z.number().check(z.gt(0), z.maximum(10))),
  presence_penalty: z.optional(z.number().check(z.minimum(-2), z.maximum(2))),
  frequency_penalty: z.optional(z.number().check(z.minimum(-2), z.maximum(2))),
  seed: z.optional(z.int().check(z.minimum(0), z.maximum(Number.MAX_SAFE_INTEGER))),
});
export type Sampling = z.infer<typeof samplingSchema>;

export const generationOptionsSchema = z.object({
  sampling: z._default(samplingSchema, {}),
  max_new_tokens: z.optional(z.int().check(z.positive())),
  stop: z._default(z.array(z.string().check(z.minLength(1), z.maxLength(256))).check(z.maxLength(16)), []),
  /** "Picture 1: ", "Video 1: " before each medium. */
  add_vision_id: z._default(z.boolean(), false),
  /** The last message is an answer that was cut off: the model goes on with its text instead of beginning a new one. */
  continue_final_message: z._default(z.boolean(), false),
  /** Added to the logits of tokens, by their ids; what is no token is ignored. */
  logit_bias: z.optional(z.record(z.string().check(z.regex(/^\d{1,9}$/)), z.number().check(z.minimum(-100), z.maximum(100)))),
  /** Report the log probability of every token, and of so many of the most probable ones in its place. */
  logprobs: z.optional(z.int().check(z.minimum(0), z.maximum(20))),
  /** Go on past the end-of-sequence token, for benchmarks and reference cases. */
  ignore_eos: z._default(z.boolean(), false),
});
export type GenerationOptions = z.infer<typeof generationOptionsSchema>;

export const generationRequestSchema = z.object({
  messages: conversationSchema,
  options: z.prefault(generationOptionsSchema, {}),
  /** What the model may call, where its template knows of tools. */
  tools: z.optional(z.array(toolSchema)),
  /** Whose request it is: what the KV cache and the vision cache hold of one owner is never reused for another. */
  owner: z._default(z.string(), ""),
});
export type GenerationRequest = z.infer<typeof generationRequestSchema>;
/** The same before defaults are filled in. */
export type GenerationInput = z.input<typeof generationRequestSchema>;
