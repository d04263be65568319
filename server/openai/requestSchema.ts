import { z } from "zod";

/**
 * The body of POST /v1/chat/completions, as OpenAI's clients send it, with what vLLM and Qwen's own services add for pictures
 * and clips. Keys that are not named here are ignored; those that would change the answer in a way we cannot are refused, see
 * `unsupported.ts`. The same schemas make /openapi.json.
 */

const text = z.string();
const wholeNumber = z.int().positive();

/** An address: http, https, a data URL, or an upload of the caller's own; see `references.ts`. */
const address = z.string().min(1).meta({
  description: "http: or https: address, data: URL, or the caller's own upload: /api/media/<id>, or the id alone",
});

const imageOptions = {
  min_pixels: wholeNumber.nullish(),
  max_pixels: wholeNumber.nullish(),
  resized_height: wholeNumber.nullish(),
  resized_width: wholeNumber.nullish(),
};

const videoOptions = {
  ...imageOptions,
  total_pixels: wholeNumber.nullish(),
  fps: z.number().positive().nullish(),
  nframes: wholeNumber.nullish(),
  min_frames: wholeNumber.nullish(),
  max_frames: wholeNumber.nullish(),
  video_start: z.number().nonnegative().nullish(),
  video_end: z.number().positive().nullish(),
  sample_fps: z.number().positive().nullish(),
};

const detail = z.enum(["auto", "low", "high", "original"]).nullish();

const textPart = z.object({ type: z.literal("text"), text });
const imageUrlPart = z.object({ type: z.literal("image_url"), image_url: z.union([address, z.object({ url: address, detail })]), ...imageOptions });
const imagePart = z.object({ type: z.literal("image"), image: address, ...imageOptions });
const videoUrlPart = z.object({ type: z.literal("video_url"), video_url: z.union([address, z.object({ url: address })]), ...videoOptions });
const videoPart = z.object({ type: z.literal("video"), video: z.union([address, z.array(address).min(1)]), ...videoOptions });

export const contentPartSchema = z.discriminatedUnion("type", [textPart, imageUrlPart, imagePart, videoUrlPart, videoPart]);
export type ApiContentPart = z.infer<typeof contentPartSchema>;

const textContent = z.union([text, z.array(textPart)]);
const content = z.union([text, z.array(contentPartSchema)]);

export const toolCallSchema = z.object({
  id: z.string().max(256).nullish(),
  type: z.literal("function").default("function"),
  function: z.object({ name: z.string().min(1).max(256), arguments: z.string() }),
});

export const messageSchema = z.discriminatedUnion("role", [
  z.object({ role: z.enum(["system", "developer"]), content: textContent }),
  z.object({ role: z.literal("user"), content }),
  z.object({
    role: z.literal("assistant"),
    content: textContent.nullish(),
    reasoning_content: text.nullish(),
    tool_calls: z.array(toolCallSchema).max(128).nullish(),
  }),
  z.object({ role: z.literal("tool"), content, tool_call_id: z.string().max(256).nullish() }),
]);
export type ApiMessage = z.infer<typeof messageSchema>;

export const toolSchema = z.object({
  type: z.literal("function"),
  function: z.object({
    name: z.string().regex(/^[a-zA-Z0-9_.-]{1,64}$/),
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
    strict: z.boolean().nullish(),
  }),
});

const mediaOptions = z.object({
  min_pixels: wholeNumber.nullish(),
  max_pixels: wholeNumber.nullish(),
  size: z.object({ shortest_edge: wholeNumber.nullish(), longest_edge: wholeNumber.nullish() }).nullish(),
  fps: z.number().positive().nullish(),
  num_frames: wholeNumber.nullish(),
  do_sample_frames: z.boolean().nullish(),
});
export type ProcessorOptions = z.infer<typeof mediaOptions>;

export const completionRequestSchema = z.object({
  model: z.string().max(512).nullish(),
  messages: z.array(messageSchema).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: wholeNumber.nullish(),
  max_completion_tokens: wholeNumber.nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.int().min(-1).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  repetition_penalty: z.number().gt(0).max(10).nullish(),
  seed: z.int().nullish(),
  stop: z.union([z.string().min(1).max(256), z.array(z.string().min(1).max(256)).max(4)]).nullish(),
  n: z.literal(1).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  logit_bias: z.record(z.string().regex(/^(?:0|[1-9]\d{0,8})$/), z.number().min(-100).max(100)).nullish(),
  tools: z.array(toolSchema).max(128).nullish(),
  tool_choice: z.enum(["none", "auto"]).nullish(),
  response_format: z.object({ type: z.literal("text") }).nullish(),
  mm_processor_kwargs: mediaOptions.nullish(),
  continue_final_message: z.boolean().nullish(),
  add_vision_id: z.boolean().nullish(),
});
export type CompletionRequest = z.infer<typeof completionRequestSchema>;
