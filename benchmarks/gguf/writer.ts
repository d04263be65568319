import { open } from "node:fs/promises";

/**
 * Writes GGUF version 3 (little-endian), after its specification, docs/gguf.md in ggml-org/ggml: a header, metadata, what
 * the tensors are and where, then their bytes.
 */

/** Tensor types by GGML's numbers, with the values and bytes of a block. */
export const tensorTypes = {
  F32: { id: 0, values: 1, bytes: 4 },
  Q4_0: { id: 2, values: 32, bytes: 18 },
  Q6_K: { id: 14, values: 256, bytes: 210 },
} as const;
export type TensorType = keyof typeof tensorTypes;

export interface GgufTensor {
  name: string;
  type: TensorType;
  /** Outermost first, as everywhere but in the file: (rows, columns). */
  shape: readonly number[];
}

export type MetadataValue =
  | { type: "uint32" | "float32"; value: number }
  | { type: "string"; value: string }
  | { type: "int32s"; value: readonly number[] }
  | { type: "strings"; value: readonly string[] };

const valueTypes = { uint32: 4, int32: 5, float32: 6, string: 8, array: 9 } as const;
const alignment = 32;

export function tensorBytes({ name, type, shape }: GgufTensor): number {
  const { values, bytes } = tensorTypes[type];
  if ((shape.at(-1) ?? 0) % values !== 0) throw new RangeError(`the rows of ${name} are not whole blocks of ${values}`);
  return (shape.reduce((product, dim) => product * dim, 1) / values) * bytes;
}

/** Writes a file whose tensors have the bytes that `fill` returns: all of them, or a whole number of blocks to be repeated. */
export async function writeGguf(
  file: string,
  { metadata, tensors }: { metadata: Readonly<Record<string, MetadataValue>>; tensors: readonly GgufTensor[] },
  fill: (tensor: GgufTensor) => Uint8Array,
): Promise<void> {
  await using handle = await open(file, "w");
  await handle.write(ggufHeader(metadata, tensors));
  for (const tensor of tensors) {
    const bytes = tensorBytes(tensor);
    const content = fill(tensor);
    for (let written = 0; written < bytes; ) {
      const { bytesWritten } = await handle.write(content, 0, Math.min(content.length, bytes - written));
      written += bytesWritten;
      if (bytesWritten < content.length && written < bytes) throw new Error(`${file} could not be written`);
    }
    await handle.write(Buffer.alloc(padding(bytes)));
  }
}

/** Everything before the first tensor's bytes. */
export function ggufHeader(metadata: Readonly<Record<string, MetadataValue>>, tensors: readonly GgufTensor[]): Buffer {
  const header = new ByteWriter();
  header.text("GGUF");
  header.uint32(3);
  header.uint64(tensors.length);
  header.uint64(Object.keys(metadata).length);
  for (const [key, value] of Object.entries(metadata)) {
    header.string(key);
    header.metadata(value);
  }
  let offset = 0;
  for (const tensor of tensors) {
    header.string(tensor.name);
    header.uint32(tensor.shape.length);
    for (const dim of [...tensor.shape].reverse()) header.uint64(dim);
    header.uint32(tensorTypes[tensor.type].id);
    header.uint64(offset);
    const bytes = tensorBytes(tensor);
    offset += bytes + padding(bytes);
  }
  return header.padded();
}

function padding(bytes: number): number {
  return (alignment - (bytes % alignment)) % alignment;
}

class ByteWriter {
  readonly #parts: Buffer[] = [];

  text(text: string): void {
    this.#parts.push(Buffer.from(text));
  }

  uint32(value: number): void {
    const part = Buffer.alloc(4);
    part.writeUInt32LE(value);
    this.#parts.push(part);
  }

  uint64(value: number): void {
    const part = Buffer.alloc(8);
    part.writeBigUInt64LE(BigInt(value));
    this.#parts.push(part);
  }

  string(text: string): void {
    this.uint64(Buffer.byteLength(text));
    this.text(text);
  }

  metadata(entry: MetadataValue): void {
    switch (entry.type) {
      case "uint32":
        this.uint32(valueTypes.uint32);
        this.uint32(entry.value);
        return;
      case "float32":
        this.uint32(valueTypes.float32);
        this.#float32(entry.value);
        return;
      case "string":
        this.uint32(valueTypes.string);
        this.string(entry.value);
        return;
      case "int32s":
        this.#array(valueTypes.int32, entry.value.length);
        this.#parts.push(Buffer.from(Int32Array.from(entry.value).buffer));
        return;
      case "strings":
        this.#array(valueTypes.string, entry.value.length);
        for (const text of entry.value) this.string(text);
        return;
    }
  }

  padded(): Buffer {
    const header = Buffer.concat(this.#parts);
    return Buffer.concat([header, Buffer.alloc(padding(header.length))]);
  }

  #float32(value: number): void {
    const part = Buffer.alloc(4);
    part.writeFloatLE(value);
    this.#parts.push(part);
  }

  #array(type: number, length: number): void {
    this.uint32(valueTypes.array);
    this.uint32(type);
    this.uint64(length);
  }
}
