import { bfloat16ToFloat32, float16ToFloat32 } from "./convert.ts";
import { corrupt } from "./files.ts";
import type { SafetensorsFile, TensorEntry } from "./safetensors.ts";
import type { TensorStore } from "./types.ts";

type Dtype = ReturnType<TensorStore["dtype"]>;

interface StoredTensor {
  file: SafetensorsFile;
  dtype: Dtype;
  shape: readonly number[];
  offset: number;
}

const valueBytes: Record<Dtype, number> = { F32: 4, F16: 2, BF16: 2 };

/** How many bytes are read before they are converted: enough for full speed, little enough to need no second tensor's room. */
const stagingBytes = 8 * 1024 * 1024;

/** The tensors of all shards under their canonical names, read by position. Owns the shards. */
export class ShardedTensorStore implements TensorStore {
  readonly #files: readonly SafetensorsFile[];
  readonly #tensors = new Map<string, StoredTensor>();

  /** @throws EngineError checkpoint_corrupt when two shards hold the same tensor. */
  constructor(files: readonly SafetensorsFile[]) {
    this.#files = files;
    for (const file of files) {
      for (const [name, entry] of file.entries) this.#add(file, canonicalName(name), entry);
    }
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  names(): Iterable<string> {
    return this.#tensors.keys();
  }

  shape(name: string): readonly number[] {
    return this.#tensor(name).shape;
  }

  dtype(name: string): Dtype {
    return this.#tensor(name).dtype;
  }

  /** The file that holds a tensor, for errors. */
  fileOf(name: string): string {
    return this.#tensor(name).file.name;
  }

  async read(name: string, rows?: { from: number; to: number }): Promise<Float32Array<ArrayBuffer>> {
    const tensor = this.#tensor(name);
    const { from, to } = rows ?? { from: 0, to: tensor.shape[0] ?? 1 };
    const rowLength = checkedRowLength(name, tensor, [from, to - 1]);
    const target = new Float32Array((to - from) * rowLength);
    const start = tensor.offset + from * rowLength * valueBytes[tensor.dtype];
    if (tensor.dtype === "F32") {
      await tensor.file.read(new Uint8Array(target.buffer), start);
      return target;
    }
    const staging = new Uint16Array(Math.min(target.length, stagingBytes / 2));
    for (let done = 0; done < target.length; done += staging.length) {
      const chunk = staging.subarray(0, Math.min(staging.length, target.length - done));
      await tensor.file.read(bytesOf(chunk), start + done * 2);
      convert(tensor.dtype, chunk, target.subarray(done, done + chunk.length));
    }
    return target;
  }

  readRows(name: string, rows: readonly number[]): Float32Array {
    const tensor = this.#tensor(name);
    const rowLength = checkedRowLength(name, tensor, rows);
    const target = new Float32Array(rows.length * rowLength);
    const staging = new Uint16Array(tensor.dtype === "F32" ? 0 : rowLength);
    for (const [index, row] of rows.entries()) {
      const values = target.subarray(index * rowLength, (index + 1) * rowLength);
      const start = tensor.offset + row * rowLength * valueBytes[tensor.dtype];
      tensor.file.readSync(bytesOf(tensor.dtype === "F32" ? values : staging), start);
      if (tensor.dtype !== "F32") convert(tensor.dtype, staging, values);
    }
    return target;
  }

  [Symbol.dispose](): void {
    for (const file of this.#files) file[Symbol.dispose]();
  }

  #add(file: SafetensorsFile, name: string, { dtype, shape, offset }: TensorEntry): void {
    if (dtype !== "F32" && dtype !== "F16" && dtype !== "BF16") return;
    const other = this.#tensors.get(name);
    if (other) throw corrupt(file.name, `${name} is also in ${other.file.name}`);
    this.#tensors.set(name, { file, dtype, shape, offset });
  }

  #tensor(name: string): StoredTensor {
    const tensor = this.#tensors.get(name);
    if (!tensor) throw corrupt(this.#files[0]?.name ?? "model.safetensors", `${name} is missing`);
    return tensor;
  }
}

/** The published name of a tensor; older files leave out `model.` or `language_model.`. */
export function canonicalName(name: string): string {
  if (/^(visual|language_model)\./.test(name)) return `model.${name}`;
  return name.replace(/^model\.(?=(layers|embed_tokens|norm)\.)/, "model.language_model.");
}

function convert(dtype: "F16" | "BF16", source: Uint16Array, target: Float32Array): void {
  switch (dtype) {
    case "F16":
      float16ToFloat32(source, target);
      break;
    case "BF16":
      bfloat16ToFloat32(source, target);
      break;
  }
}

function bytesOf(values: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** The number of values of a row, after checking that the rows exist. @throws RangeError */
function checkedRowLength(name: string, { shape }: StoredTensor, rows: readonly number[]): number {
  const [count = 1, ...rest] = shape;
  const outside = rows.find((row) => !Number.isInteger(row) || row < 0 || row >= count);
  if (outside !== undefined && rows.length > 0) throw new RangeError(`${name} has no row ${outside}`);
  return rest.reduce((product, extent) => product * extent, 1);
}
