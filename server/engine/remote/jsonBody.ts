import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { EngineError } from "../../../inference/errors.ts";

/** A file that stands in a JSON text as a data URL. */
interface EmbeddedFile {
  path: string;
  mime: string;
  bytes: number;
}

/** JSON with files in it, which are read while it is sent: a clip never has to fit into the memory as text. */
export interface JsonBody {
  /** Of the whole. */
  bytes: number;
  stream(): Readable;
}

/** Read at once; a multiple of three, so that the pieces' base64 joins. */
const pieceBytes = 3 * 65_536;

/** Takes files and gives texts to write in their place. */
export class JsonBodyBuilder {
  readonly #files = new Map<string, EmbeddedFile>();
  /** Random, so that no text of a conversation can pass for it. */
  readonly #prefix = `file-${randomUUID()}-`;

  /** @returns what stands for the file's data URL until the body is built */
  async add(path: string, mime: string): Promise<string> {
    const mark = `${this.#prefix}${this.#files.size}.`;
    const { size } = await stat(path).catch((cause: unknown) => {
      throw new EngineError("media_missing", { name: path }, { cause });
    });
    this.#files.set(mark, { path, mime, bytes: size });
    return mark;
  }

  build(value: unknown): JsonBody {
    const parts = this.#split(JSON.stringify(value));
    const bytes = parts.reduce((sum, part) => sum + (typeof part === "string" ? Buffer.byteLength(part) : dataUrlBytes(part)), 0);
    return { bytes, stream: () => Readable.from(write(parts), { objectMode: false }) };
  }

  #split(json: string): (string | EmbeddedFile)[] {
    const parts: (string | EmbeddedFile)[] = [];
    let from = 0;
    for (let at = json.indexOf(this.#prefix); at >= 0; at = json.indexOf(this.#prefix, from)) {
      const end = json.indexOf(".", at) + 1;
      const file = this.#files.get(json.slice(at, end));
      if (!file) throw new EngineError("internal");
      parts.push(json.slice(from, at), file);
      from = end;
    }
    return [...parts, json.slice(from)];
  }
}

const dataUrlPrefix = (mime: string): string => `data:${mime};base64,`;

function dataUrlBytes({ mime, bytes }: EmbeddedFile): number {
  return dataUrlPrefix(mime).length + Math.ceil(bytes / 3) * 4;
}

async function* write(parts: readonly (string | EmbeddedFile)[]): AsyncGenerator<Buffer> {
  for (const part of parts) {
    if (typeof part === "string") yield Buffer.from(part);
    else yield* writeFile(part);
  }
}

async function* writeFile({ path, mime, bytes }: EmbeddedFile): AsyncGenerator<Buffer> {
  yield Buffer.from(dataUrlPrefix(mime));
  let rest: Buffer = Buffer.alloc(0);
  let read = 0;
  // A file that grew or shrank in the meantime would break the announced length.
  for await (const chunk of createReadStream(path, { highWaterMark: pieceBytes, end: Math.max(0, bytes - 1) }) as AsyncIterable<Buffer>) {
    read += chunk.length;
    const joined = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = joined.length - (joined.length % 3);
    rest = joined.subarray(whole);
    if (whole > 0) yield Buffer.from(joined.toString("base64", 0, whole), "latin1");
  }
  if (read !== bytes) throw new EngineError("media_missing", { name: path });
  if (rest.length > 0) yield Buffer.from(rest.toString("base64"), "latin1");
}
