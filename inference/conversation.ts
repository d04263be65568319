import { z } from "zod";

/**
 * The shape of a conversation as the engine takes it, and as the published cookbooks and qwen-vl-utils write it.
 * A medium is named by a path, a URL or a data URI; what is allowed is decided by `media/source.ts`.
 */

const pixels = z.number().int().positive();

/** How big the pixels of one medium may become; see qwen-vl-utils `fetch_image` and `fetch_video`. */
const resizing = {
  min_pixels: pixels.optional(),
  max_pixels: pixels.optional(),
  resized_height: pixels.optional(),
  resized_width: pixels.optional(),
};

export const textPartSchema = z.object({ type: z.literal("text"), text: z.string() });

export const imagePartSchema = z.object({ type: z.literal("image"), image: z.string().min(1), ...resizing });

/** `video` is one clip, or the list of its frames, taken `sample_fps` a second. */
export const videoPartSchema = z.object({
  type: z.literal("video"),
  video: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
  ...resizing,
  /** Upper bound on the pixels of all sampled frames together. */
  total_pixels: pixels.optional(),
  fps: z.number().positive().optional(),
  nframes: z.number().int().positive().optional(),
  min_frames: z.number().int().positive().optional(),
  max_frames: z.number().int().positive().optional(),
  /** Seconds. */
  video_start: z.number().nonnegative().optional(),
  video_end: z.number().positive().optional(),
  /** Frames a second of a frame list. */
  sample_fps: z.number().positive().optional(),
});

export const contentPartSchema = z.discriminatedUnion("type", [textPartSchema, imagePartSchema, videoPartSchema]);

/** A call that the model made of a function; the template writes it out. */
export const toolCallSchema = z.object({
  id: z.string().optional(),
  name: z.string(),
  arguments: z.record(z.string(), z.unknown()),
});
export type ToolCall = z.infer<typeof toolCallSchema>;

/** A function that the model may call; `parameters` is a JSON Schema. */
export const toolSchema = z.object({
  name: z.string(),
  description: z.string().optional(),
  parameters: z.record(z.string(), z.unknown()).optional(),
});
export type Tool = z.infer<typeof toolSchema>;

export const messageSchema = z.object({
  /** tool: what a function that was called gave. */
  role: z.enum(["system", "user", "assistant", "tool"]),
  content: z.union([z.string(), z.array(contentPartSchema)]),
  /** Of an answer. */
  tool_calls: z.array(toolCallSchema).optional(),
  /** What was thought before an answer, for templates that show it. */
  reasoning_content: z.string().optional(),
  /** Of a tool's message: the call that it answers. */
  tool_call_id: z.string().optional(),
});

export const conversationSchema = z.array(messageSchema).min(1);

export type ImagePart = z.infer<typeof imagePartSchema>;
export type VideoPart = z.infer<typeof videoPartSchema>;
export type MediaPart = ImagePart | VideoPart;
export type ContentPart = z.infer<typeof contentPartSchema>;
export type Message = z.infer<typeof messageSchema>;

/** How the next token is chosen. What is left out comes from the checkpoint's generation_config.json. */
export const samplingSchema = z.object({
  /** The most probable token, always; the rest of the filters is then ignored, the penalties are not. */
  greedy: z.boolean().optional(),
  temperature: z.number().min(0).max(100).optional(),
  top_p: z.number().gt(0).max(1).optional(),
  /** 0 switches the filter off. */
  top_k: z.number().int().min(0).optional(),
  min_p: z.number().min(0).max(1).optional(),
  repetition_penalty: z.number().gt(0).max(10).optional(),
  presence_penalty: z.number().min(-2).max(2).optional(),
  frequency_penalty: z.number().min(-2).max(2).optional(),
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
});
export type Sampling = z.infer<typeof samplingSchema>;

export const generationOptionsSchema = z.object({
  sampling: samplingSchema.default({}),
  max_new_tokens: z.number().int().positive().optional(),
  stop: z.array(z.string().min(1).max(256)).max(16).default([]),
  /** "Picture 1: ", "Video 1: " before each medium. */
  add_vision_id: z.boolean().default(false),
  /** The last message is an answer that was cut off: the model goes on with its text instead of beginning a new one. */
  continue_final_message: z.boolean().default(false),
  /** Added to the logits of tokens, by their ids; what is no token is ignored. */
  logit_bias: z.record(z.string().regex(/^\d{1,9}$/), z.number().min(-100).max(100)).optional(),
  /** Report the log probability of every token, and of so many of the most probable ones in its place. */
  logprobs: z.number().int().min(0).max(20).optional(),
  /** Go on past the end-of-sequence token, for benchmarks and reference cases. */
  ignore_eos: z.boolean().default(false),
});
export type GenerationOptions = z.infer<typeof generationOptionsSchema>;

export const generationRequestSchema = z.object({
  messages: conversationSchema,
  options: generationOptionsSchema.prefault({}),
  /** What the model may call, where its template knows of tools. */
  tools: z.array(toolSchema).optional(),
  /** Whose request it is: what the KV cache and the vision cache hold of one owner is never reused for another. */
  owner: z.string().default(""),
});
export type GenerationRequest = z.infer<typeof generationRequestSchema>;
/** The same before defaults are filled in. */
export type GenerationInput = z.input<typeof generationRequestSchema>;
