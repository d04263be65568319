import type { z } from "zod";
import { isDefect, toHttp } from "../errors.ts";
import type { ErrorReply } from "../http/reply.ts";

/** A refusal as OpenAI's API words it: with the parameter that is wrong. */
export class ApiFault extends Error {
  override readonly name = "ApiFault";
  readonly status: number;
  readonly code: string;
  readonly param: string | null;
  /** Seconds. */
  readonly retryAfter: number | undefined;

  constructor(code: string, message: string, { status = 400, param = null, retryAfter, cause }: { status?: number; param?: string | null; retryAfter?: number; cause?: unknown } = {}) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.param = param;
    this.retryAfter = retryAfter;
  }
}

/** What makes a fault of a medium's one that names the part of the request it came in. */
export class FaultInPart extends Error {
  override readonly name = "FaultInPart";
  readonly param: string;
  override readonly cause: unknown;

  constructor(param: string, cause: unknown) {
    super("a part of the request cannot be used");
    this.param = param;
    this.cause = cause;
  }
}

export interface ApiError {
  message: string;
  type: string;
  code: string;
  param: string | null;
}

export interface ApiReply extends ErrorReply {
  body: { error: ApiError };
}

/** Anything thrown, as OpenAI's API answers it: `{"error": {message, type, code, param}}`, never a path or a library's text. */
export function toApiReply(fault: unknown, param: string | null = null): ApiReply {
  if (fault instanceof FaultInPart) return toApiReply(fault.cause, fault.param);
  if (fault instanceof ApiFault) {
    const { status, code, message, retryAfter } = fault;
    return { status, retryAfter, body: { error: { message, type: typeOf(status), code, param: fault.param ?? param } } };
  }
  const { status, retryAfter, body } = toHttp(fault);
  const { message, type, code } = body.error;
  // OpenAI's clients know these by their usual names.
  const isUsual = status === 401 || status === 404;
  return { status, retryAfter, body: { error: { message, type: isUsual ? "invalid_request_error" : type, code: code === "unauthorized" ? "invalid_api_key" : code, param } } };
}

/** Whether a fault is ours to look into. */
export function isApiDefect(fault: unknown): boolean {
  if (fault instanceof FaultInPart) return isApiDefect(fault.cause);
  return !(fault instanceof ApiFault) && isDefect(fault);
}

/** For a parameter that asks for what we cannot do. */
export function unsupported(param: string, message: string): ApiFault {
  return new ApiFault("unsupported_parameter", message, { param });
}

/** For a value that cannot be used; `param` is null where the body as a whole cannot. */
export function invalid(param: string | null, message: string): ApiFault {
  return new ApiFault("invalid_value", message, { param });
}

/** The first thing that is wrong with a body, named as in the body: `messages[0].content[1].type`. */
export function schemaFault(error: z.ZodError): ApiFault {
  const issue = error.issues.map(deepest)[0];
  if (issue === undefined) return invalid(null, "The request could not be used.");
  const param = spell(issue.path);
  const code = issue.code === "invalid_type" ? "invalid_type" : "invalid_value";
  return new ApiFault(code, param === "" ? `The body cannot be used: ${issue.message}.` : `Invalid ${param}: ${issue.message}.`, { param: param === "" ? null : param, cause: error });
}

interface Issue {
  path: PropertyKey[];
  message: string;
  code: string | undefined;
}

/** Of a union's alternatives the one that was followed furthest tells most. */
function deepest(issue: z.core.$ZodIssue): Issue {
  const own = { path: issue.path, message: issue.message, code: issue.code };
  if (issue.code !== "invalid_union") return own;
  const inner = issue.errors.flatMap((branch) => branch.slice(0, 1).map(deepest)).map((found) => ({ ...found, path: [...issue.path, ...found.path] }));
  const furthest = inner.reduce<Issue>((best, found) => (found.path.length > best.path.length ? found : best), own);
  if (furthest !== own) return furthest;
  const expected = inner.map(({ message }) => message.replace(/^Invalid input: expected /, "")).join("; or ");
  return expected === "" ? own : { ...own, message: `expected ${expected}` };
}

function spell(path: readonly PropertyKey[]): string {
  return path.map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key).slice(0, 64)}`)).join("");
}

function typeOf(status: number): string {
  if (status === 429) return "rate_limit_error";
  return status >= 500 ? "server_error" : "invalid_request_error";
}

/** What a run ended with when nobody here stopped it: the server is being shut down. */
export const endingFault = (): ApiFault => new ApiFault("server_ending", "The server is being stopped. Try again in a moment.", { status: 503, retryAfter: 5 });
