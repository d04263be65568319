import type { IncomingMessage } from "node:http";
import type { z } from "zod";
import { EngineError } from "../../inference/errors.ts";
import { HttpFault } from "../errors.ts";

/**
 * The JSON body of a request, parsed.
 *
 * @param limit bytes
 * @throws HttpFault unsupported_media_type; EngineError invalid_request
 */
export async function readJson<Value>(request: IncomingMessage, schema: z.ZodType<Value>, limit: number): Promise<Value> {
  const { "content-type": type = "", "content-encoding": coding } = request.headers;
  if (!/^application\/json\b/i.test(type) || coding !== undefined) throw new HttpFault("unsupported_media_type");
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limit) throw new EngineError("invalid_request", { reason: "the body is too long", limit });
    chunks.push(chunk);
  }
  let json: unknown;
  try {
    json = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (cause) {
    throw new EngineError("invalid_request", { reason: "not JSON" }, { cause });
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new EngineError("invalid_request", { reason: "unexpected form" }, { cause: parsed.error });
  return parsed.data;
}
