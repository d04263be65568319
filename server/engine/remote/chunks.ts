import type { IncomingMessage } from "node:http";
import { StringDecoder } from "node:string_decoder";
import { createParser } from "eventsource-parser";
import { z } from "zod";
import { EngineError } from "../../../inference/errors.ts";
import { connectionFault, streamFault, type EngineName } from "./faults.ts";

const count = z.number().int().nonnegative();
/** Fields that an engine leaves out, or gives as null, or in a form that nobody knows: they do not spoil the rest. */
const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().catch(undefined);

const likelihood = { token: z.string().catch(""), logprob: z.number(), bytes: optional(z.array(z.number().int().min(0).max(255))) };
const logprobSchema = z.object({ ...likelihood, top_logprobs: optional(z.array(z.object(likelihood))) });
export type ChunkLogprob = z.infer<typeof logprobSchema>;

const callSchema = z.object({
  index: count.catch(0).default(0),
  function: optional(z.object({ name: optional(z.string()), arguments: optional(z.string()) })),
});
export type CallDelta = z.infer<typeof callSchema>;

const deltaSchema = z.object({
  content: optional(z.string()),
  /** Of thinking models: DeepSeek's and DashScope's name, and vLLM's newer one. */
  reasoning_content: optional(z.string()),
  reasoning: optional(z.string()),
  tool_calls: optional(z.array(callSchema)),
});

const choiceSchema = z.object({
  /** `message` where an engine answers whole although a stream was asked for. */
  delta: optional(deltaSchema),
  message: optional(deltaSchema),
  finish_reason: optional(z.string()),
  /** vLLM: the stop string that was found. */
  stop_reason: optional(z.union([z.string(), z.number()])),
  /** SGLang's name for it. */
  matched_stop: optional(z.union([z.string(), z.number()])),
  logprobs: optional(z.object({ content: optional(z.array(logprobSchema)) })),
});
export type Choice = z.infer<typeof choiceSchema>;

const usageSchema = z.object({
  prompt_tokens: optional(count),
  completion_tokens: optional(count),
  prompt_tokens_details: optional(
    z.object({
      cached_tokens: optional(count),
      image_tokens: optional(count),
      video_tokens: optional(count),
      /** vLLM's. */
      multimodal_tokens: optional(z.record(z.string(), count)),
    }),
  ),
});
export type ChunkUsage = z.infer<typeof usageSchema>;

const chunkSchema = z.object({ choices: z.array(choiceSchema).nullish(), usage: optional(usageSchema), error: z.unknown().optional() });
export interface Chunk {
  choice: Choice | undefined;
  usage: ChunkUsage | undefined;
}

/** Of one event: a whole answer with its log probabilities fits. */
const longestEvent = 4 * 1024 * 1024;

/**
 * The chunks of a streamed chat completion (text/event-stream, or one JSON), until `[DONE]` or the end.
 *
 * @throws EngineError engine_address for what is no such stream, engine_lost when it breaks off, engine_failed for what it reports
 */
export async function* readChunks(response: IncomingMessage, name: EngineName): AsyncGenerator<Chunk> {
  const isStream = (response.headers["content-type"] ?? "").includes("text/event-stream");
  const events = isStream ? readEvents(response, name) : readWhole(response, name);
  for await (const data of events) {
    const chunk = parseChunk(data, name);
    if (chunk.error !== undefined && chunk.error !== null) throw streamFault(chunk.error, name);
    yield { choice: chunk.choices?.[0], usage: chunk.usage ?? undefined };
  }
}

function parseChunk(data: string, { host }: EngineName): z.infer<typeof chunkSchema> {
  try {
    return chunkSchema.parse(JSON.parse(data));
  } catch (cause) {
    throw new EngineError("engine_address", { host }, { cause });
  }
}

async function* readEvents(response: IncomingMessage, name: EngineName): AsyncGenerator<string> {
  const waiting: string[] = [];
  const fault = { overflown: false };
  const parser = createParser({
    maxBufferSize: longestEvent,
    onEvent: ({ data }) => void waiting.push(data),
    onError: ({ type }) => {
      fault.overflown ||= type === "max-buffer-size-exceeded";
    },
  });
  const decoder = new StringDecoder("utf8");
  let seen = false;
  for await (const text of decoded(response, decoder, name)) {
    parser.feed(text);
    for (const data of waiting.splice(0)) {
      if (data === "[DONE]") return;
      seen = true;
      yield data;
    }
    if (fault.overflown) throw new EngineError("engine_address", { host: name.host });
  }
  // Some end without a mark; the caller knows whether the answer was complete. One that sent nothing is no such engine.
  if (!seen) throw new EngineError("engine_address", { host: name.host });
}

async function* decoded(response: IncomingMessage, decoder: StringDecoder, name: EngineName): AsyncGenerator<string> {
  try {
    for await (const bytes of response as AsyncIterable<Buffer>) yield decoder.write(bytes);
  } catch (fault) {
    throw lostOr(fault, name);
  }
}

async function* readWhole(response: IncomingMessage, name: EngineName): AsyncGenerator<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > longestEvent) throw new EngineError("engine_address", { host: name.host });
      pieces.push(piece);
    }
  } catch (fault) {
    throw lostOr(fault, name);
  }
  yield Buffer.concat(pieces).toString("utf8");
}

/** The connection broke in the middle of an answer. */
function lostOr(fault: unknown, name: EngineName): EngineError {
  const known = connectionFault(fault, name);
  return known.code === "engine_unreachable" ? new EngineError("engine_lost", { host: name.host }, { cause: fault }) : known;
}
