import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { EngineError } from "../../inference/errors.ts";
import { HttpFault } from "../errors.ts";

/**
 * The JSON body of a request, parsed.
 *
 * @param limit bytes
 * @throws HttpFault unsupported_media_type, body_too_large, too_slow; EngineError invalid_request
 */
export async function readJson<Value>(request: IncomingMessage, schema: z.core.$ZodType<Value>, limit: number): Promise<Value> {
  const { "content-type": type = "", "content-encoding": coding } = request.headers;
  if (!/^application\/json\b/i.test(type) || coding !== undefined) throw new HttpFault("unsupported_media_type");
  const bytes = await readBody(request, limit);
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw new EngineError("invalid_request", { reason: "not JSON" }, { cause });
  }
  const parsed = z.safeParse(schema, json);
  if (!parsed.success) throw new EngineError("invalid_request", { reason: "unexpected form" }, { cause: parsed.error });
  return parsed.data;
}

/** A body must bring so many bytes a second over each such window of milliseconds. */
const bytesPerSecond = 10_000;
const floorWindow = 10_000;

/**
 * A body that is kept in memory.
 *
 * @param limit bytes
 * @param check called with each chunk and the bytes so far; what it throws ends the reading
 * @throws HttpFault body_too_large, too_slow, unsupported_media_type for a coded one; EngineError invalid_request for one that was cut off
 */
export async function readBody(request: IncomingMessage, limit: number, check?: (chunk: Buffer, bytes: number) => void): Promise<Buffer> {
  if (request.headers["content-encoding"] !== undefined) throw new HttpFault("unsupported_media_type");
  if (Number(request.headers["content-length"] ?? 0) > limit) throw new HttpFault("body_too_large");
  const chunks: Buffer[] = [];
  let bytes = 0;
  let before = 0;
  // By its events: leaving an iterator would close the connection before the answer.
  return new Promise<Buffer>((resolve, reject) => {
    const end = (fault?: Error): void => {
      clearInterval(floor);
      request.off("data", take).off("end", end).off("close", cut);
      if (fault === undefined) resolve(Buffer.concat(chunks));
      else reject(fault);
    };
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      try {
        if (bytes > limit) throw new HttpFault("body_too_large");
        check?.(chunk, bytes);
        chunks.push(chunk);
      } catch (fault) {
        end(fault instanceof Error ? fault : new Error("the body was refused", { cause: fault }));
      }
    };
    const cut = (): void => end(new EngineError("invalid_request", { reason: "the body was cut off" }));
    const floor = setInterval(() => {
      if (bytes - before < (bytesPerSecond * floorWindow) / 1000) end(new HttpFault("too_slow"));
      before = bytes;
    }, floorWindow);
    request.on("data", take).once("end", end).once("close", cut);
  });
}
