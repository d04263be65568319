import { z } from "zod";

/** What POST /v1/chat/completions and GET /v1/models answer, for /openapi.json. */

const likelihood = { token: z.string(), logprob: z.number(), bytes: z.array(z.int()).nullable() };
const count = z.int().nonnegative();

export const usageSchema = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  prompt_tokens_details: z.object({ cached_tokens: count, image_tokens: count, video_tokens: count }),
});

const logprobsSchema = z.object({ content: z.array(z.object({ ...likelihood, top_logprobs: z.array(z.object(likelihood)) })), refusal: z.null() });
const callSchema = z.object({ id: z.string(), type: z.literal("function"), function: z.object({ name: z.string(), arguments: z.string() }) });

export const completionSchema = z.object({
  id: z.string(),
  object: z.literal("chat.completion"),
  created: z.int(),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.literal(0),
      message: z.object({
        role: z.literal("assistant"),
        content: z.string().nullable(),
        refusal: z.null(),
        reasoning_content: z.string().optional(),
        tool_calls: z.array(callSchema).optional(),
      }),
      logprobs: logprobsSchema.nullable(),
      finish_reason: z.enum(["stop", "length", "tool_calls"]),
    }),
  ),
  usage: usageSchema,
});

export const modelSchema = z.object({ id: z.string(), object: z.literal("model"), created: z.int(), owned_by: z.string(), max_model_len: z.int() });
export const modelListSchema = z.object({ object: z.literal("list"), data: z.array(modelSchema) });

export const apiErrorSchema = z.object({
  error: z.object({ message: z.string(), type: z.string(), code: z.string(), param: z.string().nullable() }),
});
