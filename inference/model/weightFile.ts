import { type FileHandle, open } from "node:fs/promises";
import type { ExternalData } from "../graph/builder.ts";

/** ONNX Runtime maps external data into memory only where they begin at a page; small ones would waste one. */
const pageSize = 4096;
const smallAlignment = 64;

/** Writes the weights of prepared graphs one after the other into a file that is mapped when they are loaded. */
export class WeightFile implements AsyncDisposable {
  readonly location: string;
  readonly #file: FileHandle;
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

  async append(values: Float32Array | Uint8Array): Promise<ExternalData> {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const alignment = bytes.byteLength >= pageSize ? pageSize : smallAlignment;
    const offset = Math.ceil(this.#size / alignment) * alignment;
    await writeFully(this.#file, bytes, offset);
    this.#size = offset + bytes.byteLength;
    return { location: this.location, offset, length: bytes.byteLength };
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
