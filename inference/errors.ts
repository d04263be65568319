import * as z from "zod/mini";
import { DeviceError } from "./runtime/types.ts";

/** Everything that can go wrong for a reason that a user can act on. The texts live with the reader's language. */
export const engineErrorCodes = [
  // media
  "image_format", // not JPEG, PNG, WebP or GIF; params: name, format
  "image_corrupt", // params: name
  "image_too_large", // params: name, width, height, limit (pixels)
  "aspect_ratio", // params: name, width, height, limit
  "media_empty", // params: name
  "media_too_large", // params: name, bytes, limit
  "media_missing", // params: name
  "media_pixels_exceeded", // of all media of a request; params: megapixels, limit (megapixels)
  "video_format", // params: name, format
  "video_no_stream", // params: name
  "video_too_many_streams", // params: name, limit
  "video_corrupt", // params: name
  "video_codec", // params: name, codec
  "video_too_long", // params: name, seconds, limit
  "video_too_many_frames", // params: name, frames, limit
  "video_range", // params: name, start, end, duration
  "video_options", // params: name, reason
  "ffmpeg_missing",
  "url_invalid", // no http or https address, or one with a user name, a backslash or control characters
  "url_not_allowed", // no such host, or one that is not public
  "fetch_failed",
  "fetch_slow", // params: seconds
  // request
  "context_length_exceeded", // params: tokens, limit
  "invalid_request", // params: reason
  // checkpoint
  "checkpoint_missing_file", // params: folder, file
  "checkpoint_corrupt", // params: file, reason
  "checkpoint_unsupported", // params: model_type
  // the Hugging Face Hub; params: name, endpoint
  "hub_unreachable",
  "hub_denied", // gated, private or not there
  "hub_not_found",
  "model_disk_full", // also while it is prepared; params: folder, bytes
  // engine
  "out_of_memory",
  "memory_exceeded", // params: needed, available, weights, cache (MiB), dtype, slots, context
  "worker_restarted",
  "worker_unavailable",
  // an engine elsewhere; params: host
  "engine_unreachable", // reason
  "engine_tls", // reason
  "engine_key",
  "engine_model", // model, models
  "engine_address", // no OpenAI-compatible API
  "engine_busy", // seconds
  "engine_refused", // detail
  "engine_failed", // status, detail
  "engine_lost", // the answer broke off
  "queue_full", // params: limit, seconds (after which it makes sense to try again)
  "disk_full",
  "internal",
] as const;

export const engineErrorCodeSchema = z.enum(engineErrorCodes);
export type EngineErrorCode = z.infer<typeof engineErrorCodeSchema>;

const errorParamsSchema = z.record(z.string(), z.union([z.string(), z.number()]));
export type ErrorParams = z.infer<typeof errorParamsSchema>;

/** An error as it crosses a process or the network: a code and figures, never a library's text or a path. */
export const wireErrorSchema = z.object({ code: engineErrorCodeSchema, params: errorParamsSchema });
export type WireError = z.infer<typeof wireErrorSchema>;

/** A fault with a code that says what happened and `params` that say to what. `message` is for logs only. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly code: EngineErrorCode;
  readonly params: ErrorParams;

  constructor(code: EngineErrorCode, params: ErrorParams = {}, options?: ErrorOptions) {
    const figures = Object.entries(params).map(([key, value]) => `${key}=${value}`);
    super([code, ...figures].join(" "), options);
    this.code = code;
    this.params = params;
  }
}

/** Anything thrown, as an EngineError that keeps it as its cause. */
function toEngineError(fault: unknown): EngineError {
  if (fault instanceof EngineError) return fault;
  // A GPU that fails in the middle of an answer has, as a rule, no memory left.
  return new EngineError(fault instanceof DeviceError ? "out_of_memory" : "internal", {}, { cause: fault });
}

/** What of an error may leave the process. */
export function toWireError(fault: unknown): WireError {
  const { code, params } = toEngineError(fault);
  return { code, params };
}
