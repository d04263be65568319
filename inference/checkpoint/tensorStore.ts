import { corrupt } from "./files.ts";
import type { Quantization } from "./quantized/config.ts";
import { tensorSources } from "./quantized/sources.ts";
import type { SafetensorsFile } from "./safetensors.ts";
import { StoredTensor } from "./storedTensor.ts";
import type { TensorSource } from "./tensorSource.ts";
import type { QuantizedBlocks, TensorStore } from "./types.ts";

/** The tensors of all shards under their canonical names, read by position. Owns the shards. */
export class ShardedTensorStore implements TensorStore {
  readonly #files: readonly SafetensorsFile[];
  readonly #tensors: ReadonlyMap<string, TensorSource>;

  /** @throws EngineError checkpoint_corrupt when two shards hold the same tensor, or a quantized one is incomplete. */
  static async create(files: readonly SafetensorsFile[], quantization: Quantization): Promise<ShardedTensorStore> {
    const stored = new Map<string, StoredTensor>();
    for (const file of files) {
      for (const [published, entry] of file.entries) {
        const name = canonicalName(published);
        const other = stored.get(name);
        if (other) throw corrupt(file.name, `${name} is also in ${other.file.name}`);
        stored.set(name, new StoredTensor(file, entry));
      }
    }
    return new ShardedTensorStore(files, await tensorSources(stored, quantization));
  }

  private constructor(files: readonly SafetensorsFile[], tensors: ReadonlyMap<string, TensorSource>) {
    this.#files = files;
    this.#tensors = tensors;
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

  dtype(name: string): ReturnType<TensorStore["dtype"]> {
    return this.#tensor(name).dtype;
  }

  /** The file that holds a tensor, for errors. */
  fileOf(name: string): string {
    return this.#tensor(name).file;
  }

  hasRows(name: string): boolean {
    return this.#tensor(name).readRow !== undefined;
  }

  blocks(name: string): QuantizedBlocks | undefined {
    return this.#tensor(name).blocks;
  }

  async read(name: string, rows?: { from: number; to: number }): Promise<Float32Array<ArrayBuffer>> {
    const tensor = this.#tensor(name);
    const { from, to } = rows ?? { from: 0, to: tensor.shape[0] ?? 1 };
    checkRows(name, tensor, [from, to - 1]);
    return tensor.read(from, to);
  }

  readRows(name: string, rows: readonly number[]): Float32Array {
    const tensor = this.#tensor(name);
    checkRows(name, tensor, rows);
    const { readRow } = tensor;
    if (!readRow) throw new TypeError(`${name} has no rows of its own`);
    const rowLength = tensor.shape.slice(1).reduce((product, extent) => product * extent, 1);
    const target = new Float32Array(rows.length * rowLength);
    for (const [index, row] of rows.entries()) readRow(row, target.subarray(index * rowLength, (index + 1) * rowLength));
    return target;
  }

  [Symbol.dispose](): void {
    for (const file of this.#files) file[Symbol.dispose]();
  }

  #tensor(name: string): TensorSource {
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

/** @throws RangeError unless the rows exist */
function checkRows(name: string, { shape }: TensorSource, rows: readonly number[]): void {
  const count = shape[0] ?? 1;
  const outside = rows.find((row) => !Number.isInteger(row) || row < 0 || row >= count);
  if (outside !== undefined && rows.length > 0) throw new RangeError(`${name} has no row ${outside}`);
}
