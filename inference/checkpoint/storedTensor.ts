import { bfloat16ToFloat32, float16ToFloat32, float8ToFloat32 } from "./convert.ts";
import { corrupt } from "./files.ts";
import type { SafetensorsFile, TensorEntry } from "./safetensors.ts";

/** How many bytes are read before they are converted: enough for full speed, little enough to need no second tensor's room. */
const stagingBytes = 8 * 1024 * 1024;

/** A tensor as it lies in a shard; reads ranges of its first dimension, all of it by default. */
export class StoredTensor {
  readonly file: SafetensorsFile;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly #entry: TensorEntry;

  constructor(file: SafetensorsFile, entry: TensorEntry) {
    this.file = file;
    this.dtype = entry.dtype;
    this.shape = entry.shape;
    this.#entry = entry;
  }

  get rowLength(): number {
    return this.shape.slice(1).reduce((product, extent) => product * extent, 1);
  }

  /** Whether `floats` can read it. */
  get isFloat(): boolean {
    return ["F32", "F16", "BF16", "F8_E4M3"].includes(this.dtype);
  }

  /** The values of a floating-point tensor. */
  async floats(from = 0, to = this.shape[0] ?? 1): Promise<Float32Array<ArrayBuffer>> {
    const target = new Float32Array((to - from) * this.rowLength);
    if (this.dtype === "F32") {
      await this.file.read(new Uint8Array(target.buffer), this.#position(from, 4));
      return target;
    }
    const width = this.dtype === "F8_E4M3" ? 1 : 2;
    const staging = new Uint8Array(Math.min(target.length * width, stagingBytes));
    const start = this.#position(from, width);
    const step = staging.length / width;
    for (let done = 0; done < target.length; done += step) {
      const values = target.subarray(done, done + step);
      const bytes = staging.subarray(0, values.length * width);
      await this.file.read(bytes, start + done * width);
      this.#convert(bytes, values);
    }
    return target;
  }

  /** One row of a floating-point tensor into `target`, at once. */
  floatsSync(row: number, target: Float32Array): void {
    if (this.dtype === "F32") {
      this.file.readSync(new Uint8Array(target.buffer, target.byteOffset, target.byteLength), this.#position(row, 4));
      return;
    }
    const width = this.dtype === "F8_E4M3" ? 1 : 2;
    const bytes = new Uint8Array(target.length * width);
    this.file.readSync(bytes, this.#position(row, width));
    this.#convert(bytes, target);
  }

  /** The values of an int32 tensor, as bits. */
  async words(from = 0, to = this.shape[0] ?? 1): Promise<Uint32Array> {
    if (this.dtype !== "I32") throw corrupt(this.file.name, `a packed tensor is ${this.dtype}, not I32`);
    const target = new Uint32Array((to - from) * this.rowLength);
    await this.file.read(new Uint8Array(target.buffer), this.#position(from, 4));
    return target;
  }

  /** The values of a small tensor of 32- or 64-bit integers. */
  async integers(): Promise<number[]> {
    if (this.dtype === "I32") return [...new Int32Array((await this.words()).buffer)];
    if (this.dtype !== "I64") throw corrupt(this.file.name, `a tensor of integers is ${this.dtype}`);
    const target = new BigInt64Array((this.shape[0] ?? 1) * this.rowLength);
    await this.file.read(new Uint8Array(target.buffer), this.#position(0, 8));
    return Array.from(target, Number);
  }

  /** The values of an int8 tensor. */
  async signedBytes(from = 0, to = this.shape[0] ?? 1): Promise<Int8Array> {
    const target = new Int8Array((to - from) * this.rowLength);
    await this.file.read(new Uint8Array(target.buffer), this.#position(from, 1));
    return target;
  }

  #position(row: number, width: number): number {
    return this.#entry.offset + row * this.rowLength * width;
  }

  #convert(bytes: Uint8Array, target: Float32Array): void {
    switch (this.dtype) {
      case "F16":
        float16ToFloat32(new Uint16Array(bytes.buffer, bytes.byteOffset, target.length), target);
        break;
      case "BF16":
        bfloat16ToFloat32(new Uint16Array(bytes.buffer, bytes.byteOffset, target.length), target);
        break;
      case "F8_E4M3":
        float8ToFloat32(bytes, target);
        break;
      default:
        throw corrupt(this.file.name, `a tensor is stored as ${this.dtype}, which is not supported`);
    }
  }
}
