import { z } from "zod";
import { EngineError } from "../../../inference/errors.ts";
import { printable } from "../../log.ts";

/** What an engine elsewhere, or the way to it, has to say when something goes wrong, as errors of ours. */

export interface EngineName {
  /** Host and port, for people. */
  host: string;
  /** Never shown, not even where the engine repeats it. */
  key: string | undefined;
}

const tlsCodes = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO|HOSTNAME_MISMATCH)/;

/** No answer at all. */
export function connectionFault(fault: unknown, { host }: EngineName): EngineError {
  if (fault instanceof EngineError) return fault;
  const code = fault instanceof Error && "code" in fault ? String(fault.code) : "";
  if (tlsCodes.test(code)) return new EngineError("engine_tls", { host, reason: tlsReason(code) }, { cause: fault });
  return new EngineError("engine_unreachable", { host, reason: reasons[code] ?? "" }, { cause: fault });
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "there is no host of this name",
  EAI_AGAIN: "the name cannot be resolved",
  EHOSTUNREACH: "there is no way to this host",
  ENETUNREACH: "there is no way to this host",
  ETIMEDOUT: "it does not answer in time",
  ECONNRESET: "it closed the connection",
};

function tlsReason(code: string): string {
  if (code === "EPROTO" || code.startsWith("ERR_SSL")) return "it does not speak https";
  if (code === "CERT_HAS_EXPIRED") return "its certificate has expired";
  if (code.includes("ALTNAME") || code === "HOSTNAME_MISMATCH") return "its certificate is for another name";
  return "its certificate is not trusted";
}

/** OpenAI's form, and the ones of servers that keep to it less closely. */
const bodySchema = z.union([
  z.object({ error: z.object({ message: z.string(), code: z.union([z.string(), z.number()]).nullish(), param: z.string().nullish() }) }),
  z.object({ error: z.string() }).transform(({ error }) => ({ error: { message: error, code: undefined, param: undefined } })),
  z.object({ message: z.string(), code: z.union([z.string(), z.number()]).nullish() }).transform(({ message, code }) => ({ error: { message, code, param: undefined } })),
  z.object({ detail: z.unknown() }).transform(({ detail }) => ({ error: { message: typeof detail === "string" ? detail : JSON.stringify(detail), code: undefined, param: undefined } })),
]);

interface Refusal {
  status: number;
  body: string;
  retryAfter: string | undefined;
  model: string | undefined;
}

/** An answer other than 200. */
export function statusFault({ status, body, retryAfter, model }: Refusal, name: EngineName): EngineError {
  const { host } = name;
  const { message, param } = readBody(body);
  const detail = shown(message, name.key);
  if (status === 401 || status === 403) return new EngineError("engine_key", { host });
  if (status === 429 || (status === 503 && retryAfter !== undefined)) return new EngineError("engine_busy", { host, ...seconds(retryAfter) });
  const tooLong = contextFault(message);
  if (tooLong) return tooLong;
  if (status === 404 && (param === "model" || /model/i.test(message))) return new EngineError("engine_model", { host, model: model ?? "" });
  if (status === 404 || status === 405 || (status >= 300 && status < 400)) return new EngineError("engine_address", { host });
  if (status === 413) return new EngineError("engine_refused", { host, detail: detail === "" ? "the request is too large for it" : detail });
  if (status >= 500) return new EngineError("engine_failed", { host, status, detail });
  return new EngineError("engine_refused", { host, detail });
}

/** What a stream reports in its middle. */
export function streamFault(error: unknown, name: EngineName): EngineError {
  const { message } = readBody(JSON.stringify({ error }));
  return contextFault(message) ?? new EngineError("engine_failed", { host: name.host, status: 500, detail: shown(message, name.key) });
}

function readBody(body: string): { message: string; param: string | null | undefined } {
  try {
    const parsed = bodySchema.safeParse(JSON.parse(body));
    if (parsed.success) return { message: parsed.data.error.message, param: parsed.data.error.param };
  } catch {
    // A page of some proxy.
  }
  return { message: "", param: undefined };
}

/**
 * "maximum context length is L tokens … N input tokens" (vLLM, several versions), "input (N tokens) is longer than the model's
 * context length (L tokens)" (SGLang), "Range of input length should be [1, L]" (DashScope).
 */
function contextFault(message: string): EngineError | undefined {
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text.replaceAll(",", "")));
  const limit = number(/(?:maximum context length (?:is|of)|context length \(|input length should be \[\d+,|maximum allowed (?:length|context)\D{1,20}?) ?([\d,]{2,12})/i.exec(message)?.[1]);
  if (limit === undefined) return undefined;
  const tokens = number(/(?:contains (?:at least )?|input \(|passed |resulted in |prompt of )([\d,]{1,12})(?= (?:input )?tokens)/i.exec(message)?.[1] ?? /\(?([\d,]{1,12}) in (?:the )?(?:messages|prompt|input)/i.exec(message)?.[1]);
  return new EngineError("context_length_exceeded", { ...(tokens !== undefined && { tokens }), limit });
}

function seconds(retryAfter: string | undefined): { seconds?: number } {
  const value = Number(retryAfter);
  return retryAfter !== undefined && Number.isFinite(value) && value > 0 ? { seconds: Math.min(Math.ceil(value), 3600) } : {};
}

const longestDetail = 240;

/** A foreign text, made short and harmless; keys, long codes and addresses of memory are taken out. */
function shown(text: string, key: string | undefined): string {
  const plain = printable(key === undefined ? text : text.replaceAll(key, "…"))
    .replace(/\b(?:sk|hf|Bearer)[-_ ][\w-]{8,}/gi, "…")
    .replace(/\b0x[0-9a-f]{6,}\b/gi, "…")
    .replace(/\b[\w+/=-]{64,}\b/g, "…")
    .replace(/\s+/g, " ")
    .trim();
  return plain.length > longestDetail ? `${plain.slice(0, longestDetail)}…` : plain;
}
