import { explain } from "../inference/errorText.ts";
import { EngineError, type EngineErrorCode, type ErrorParams } from "../inference/errors.ts";
import type { HttpError, HttpErrorCode } from "./protocol.ts";

type HttpOnlyCode = Exclude<HttpErrorCode, EngineErrorCode>;

/** A refusal that only HTTP knows: routes, methods, origins, speed. */
export class HttpFault extends Error {
  override readonly name = "HttpFault";
  readonly code: HttpOnlyCode;
  /** Seconds after which it makes sense to try again, where that is known. */
  readonly retryAfter: number | undefined;

  constructor(code: HttpOnlyCode, options: ErrorOptions & { retryAfter?: number } = {}) {
    super(code, options);
    this.code = code;
    this.retryAfter = options.retryAfter;
  }
}

const httpTexts: Record<HttpOnlyCode, string> = {
  not_found: "There is nothing at this address.",
  method_not_allowed: "This address does not take this method.",
  unauthorized: "Log in, or send a valid API key as “Authorization: Bearer …”.",
  forbidden: "Requests from this origin or host are not allowed.",
  unsupported_media_type: "Send the file as multipart/form-data.",
  body_too_large: "The request is too large. Send fewer or smaller media, or a shorter text.",
  too_slow: "The request arrived too slowly and was dropped. Try again on a faster connection.",
  rate_limited: "Too many requests or connections. Close some, wait a moment and try again.",
  share_limit: "There are too many shared conversations. Revoke some of yours and try again.",
};

const statuses: Record<HttpErrorCode, number> = {
  image_format: 415,
  image_corrupt: 422,
  image_too_large: 422,
  aspect_ratio: 422,
  media_empty: 400,
  media_too_large: 413,
  media_missing: 404,
  media_pixels_exceeded: 422,
  video_format: 415,
  video_no_stream: 422,
  video_too_many_streams: 422,
  video_corrupt: 422,
  video_codec: 422,
  video_too_long: 422,
  video_too_many_frames: 422,
  video_range: 400,
  video_options: 400,
  ffmpeg_missing: 503,
  url_invalid: 400,
  url_not_allowed: 403,
  fetch_failed: 502,
  fetch_slow: 502,
  context_length_exceeded: 400,
  invalid_request: 400,
  checkpoint_missing_file: 503,
  checkpoint_corrupt: 503,
  checkpoint_unsupported: 503,
  hub_unreachable: 503,
  hub_denied: 503,
  hub_not_found: 503,
  model_disk_full: 503,
  out_of_memory: 503,
  memory_exceeded: 503,
  worker_restarted: 503,
  worker_unavailable: 503,
  engine_unreachable: 503,
  engine_tls: 502,
  engine_key: 502,
  engine_model: 502,
  engine_address: 502,
  engine_busy: 429,
  engine_refused: 400,
  engine_failed: 502,
  engine_lost: 502,
  queue_full: 429,
  disk_full: 503,
  internal: 500,
  not_found: 404,
  method_not_allowed: 405,
  unauthorized: 401,
  forbidden: 403,
  unsupported_media_type: 415,
  body_too_large: 413,
  too_slow: 408,
  rate_limited: 429,
  share_limit: 409,
};

export interface HttpReply {
  status: number;
  /** Seconds, where trying again later makes sense. */
  retryAfter: number | undefined;
  body: HttpError;
}

/** Anything thrown, as an HTTP answer: a code, figures and our own sentence, never a path, a stack or a library's text. */
export function toHttp(fault: unknown): HttpReply {
  const { code, params, message } = describe(fault);
  const status = statuses[code];
  return {
    status,
    retryAfter: status === 429 || status === 503 ? retryAfter(fault) : undefined,
    body: { error: { message, type: errorType(status), code, param: null, params } },
  };
}

/** Seconds. */
const usualWait = 5;

function retryAfter(fault: unknown): number {
  if (fault instanceof HttpFault) return fault.retryAfter ?? usualWait;
  const seconds = fault instanceof EngineError ? fault.params.seconds : undefined;
  return typeof seconds === "number" ? Math.max(1, Math.ceil(seconds)) : usualWait;
}

function describe(fault: unknown): { code: HttpErrorCode; params: ErrorParams; message: string } {
  if (fault instanceof HttpFault) return { code: fault.code, params: {}, message: httpTexts[fault.code] };
  const { code, params } = fault instanceof EngineError ? fault : new EngineError("internal");
  return { code, params, message: explain({ code, params }) };
}

function errorType(status: number): string {
  if (status === 401) return "authentication_error";
  if (status === 403) return "permission_error";
  if (status === 404) return "not_found_error";
  if (status === 429) return "rate_limit_error";
  return status >= 500 ? "server_error" : "invalid_request_error";
}

/** Whether a fault is ours to look into, rather than an answer to what somebody sent. */
export function isDefect(fault: unknown): boolean {
  if (fault instanceof HttpFault) return false;
  return !(fault instanceof EngineError) || fault.code === "internal";
}

/** Disk errors that mean "no room" become the code that says so; everything else stays as it is. */
export function asDiskFault(fault: unknown): unknown {
  const noRoom = fault instanceof Error && "code" in fault && ["ENOSPC", "EDQUOT", "EFBIG"].includes(String(fault.code));
  return noRoom ? new EngineError("disk_full", {}, { cause: fault }) : fault;
}
