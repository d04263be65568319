import { type FileHandle, open } from "node:fs/promises";
import type { ExternalData } from "../graph/builder.ts";

/** ONNX Runtime maps external data into memory only where they begin at a page; small ones would waste one. */
const pageSize = 4096;
const smallAlignment = 64;

/** Half-precision numbers come as their bits. */
export type WeightValues = Float32Array | Uint16Array | Uint8Array;

type WeightParts = readonly WeightValues[] | AsyncIterable<WeightValues>;

/** Writes the weights of prepared graphs one after the other into a file that is mapped when they are loaded. */
export class WeightFile implements AsyncDisposable {
  readonly location: string;
  readonly #file: FileHandle;
  /** Where what has a name lies. */
  readonly #named = new Map<string, ExternalData>();
  #size = 0;

  private constructor(file: FileHandle, location: string) {
    this.#file = file;
    this.location = location;
  }

  /** @param location the file's name as the model files beside it say it */
  static async create(path: string, location: string): Promise<WeightFile> {
    return new WeightFile(await open(path, "wx"), location);
  }

  get size(): number {
    return this.#size;
  }

  /** Appends a tensor once: of a name that is there already, `parts` are not read. */
  async appendNamed(name: string, parts: WeightParts): Promise<ExternalData> {
    const data = this.#named.get(name) ?? (await this.appendParts(parts));
    this.#named.set(name, data);
    return data;
  }

  /** Appends one tensor that comes in parts, so that it need not be in memory at once. */
  async appendParts(parts: WeightParts): Promise<ExternalData> {
    let offset: number | undefined;
    for await (const part of streamed(parts)) {
      const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
      if (offset === undefined) {
        const alignment = bytes.byteLength >= pageSize ? pageSize : smallAlignment;
        offset = this.#size = Math.ceil(this.#size / alignment) * alignment;
      }
      await writeFully(this.#file, bytes, this.#size);
      this.#size += bytes.byteLength;
    }
    return { location: this.location, offset: offset ?? this.#size, length: this.#size - (offset ?? this.#size) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.datasync();
    await this.#file.close();
  }
}

async function writeFully(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let written = 0; written < bytes.byteLength; ) {
    const { bytesWritten } = await file.write(bytes, written, bytes.byteLength - written, offset + written);
    written += bytesWritten;
  }
}

/** One kind of iteration: of a union of both, the compiler's answer depends on what it saw before. */
async function* streamed(parts: WeightParts): AsyncGenerator<WeightValues> {
  if (Symbol.asyncIterator in parts) for await (const part of parts) yield part;
  else yield* parts;
}
