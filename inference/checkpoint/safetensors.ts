import { closeSync, fstatSync, openSync, read, readSync } from "node:fs";
import { basename } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { corrupt, jsonObjectSchema, parseJson, parseWith } from "./files.ts";

/** One safetensors file: 8 bytes header length, a JSON header, then the tensors' bytes without gaps. */

/** The format's own bound on the header. */
const maxHeaderBytes = 100_000_000;

/** Node reads less than 2 GiB at once. */
const maxReadBytes = 2 ** 30;

/** Of the dtypes that checkpoints hold; one that is not here has an unknown size. */
const bytesPerValue = new Map([
  ["F64", 8],
  ["F32", 4],
  ["F16", 2],
  ["BF16", 2],
  ["I64", 8],
  ["I32", 4],
  ["I16", 2],
  ["I8", 1],
  ["U8", 1],
  ["BOOL", 1],
  ["F8_E4M3", 1],
  ["F8_E5M2", 1],
]);

const offset = z.number().int().nonnegative();
const entrySchema = z.object({ dtype: z.string(), shape: z.array(offset), data_offsets: z.tuple([offset, offset]) });
const headerSchema = z.record(z.string(), entrySchema);

/** Where a tensor lies; `offset` counts from the start of the file, both in bytes. */
export interface TensorEntry {
  dtype: string;
  shape: readonly number[];
  offset: number;
  bytes: number;
}

const readAsync = promisify(read);

/** An open safetensors file whose header has been checked against the file's size. Its owner disposes it. */
export class SafetensorsFile {
  readonly name: string;
  readonly entries: ReadonlyMap<string, TensorEntry>;
  readonly #descriptor: number;
  #reads = 0;
  #disposed = false;

  /** @throws EngineError checkpoint_corrupt when the file is short or its header is at odds with itself. */
  static open(path: string): SafetensorsFile {
    const descriptor = openSync(path, "r");
    try {
      const name = basename(path);
      return new SafetensorsFile(name, descriptor, readHeader(name, descriptor));
    } catch (fault) {
      closeSync(descriptor);
      throw fault;
    }
  }

  private constructor(name: string, descriptor: number, entries: ReadonlyMap<string, TensorEntry>) {
    this.name = name;
    this.#descriptor = descriptor;
    this.entries = entries;
  }

  /** Fills `target` with the bytes from `position` on. @throws EngineError checkpoint_corrupt when the file ends before. */
  async read(target: Uint8Array, position: number): Promise<void> {
    this.#use();
    this.#reads += 1;
    try {
      for (let done = 0; done < target.length; ) {
        const { bytesRead } = await readAsync(this.#descriptor, target, done, Math.min(target.length - done, maxReadBytes), position + done);
        if (bytesRead === 0) throw corrupt(this.name, "it ends early");
        done += bytesRead;
      }
    } finally {
      this.#reads -= 1;
      this.#closeWhenIdle();
    }
  }

  /** The same, at once. */
  readSync(target: Uint8Array, position: number): void {
    this.#use();
    fill(this.name, this.#descriptor, { target, position });
  }

  /** A read that is still under way ends first: its descriptor's number must not become another file's. */
  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#closeWhenIdle();
  }

  #use(): void {
    if (this.#disposed) throw new Error(`${this.name} is closed`);
  }

  #closeWhenIdle(): void {
    if (this.#disposed && this.#reads === 0) closeSync(this.#descriptor);
  }
}

function fill(name: string, descriptor: number, { target, position }: { target: Uint8Array; position: number }): void {
  for (let done = 0; done < target.length; ) {
    const bytesRead = readSync(descriptor, target, done, Math.min(target.length - done, maxReadBytes), position + done);
    if (bytesRead === 0) throw corrupt(name, "it ends early");
    done += bytesRead;
  }
}

function readHeader(name: string, descriptor: number): Map<string, TensorEntry> {
  const fileBytes = fstatSync(descriptor).size;
  if (fileBytes < 8) throw corrupt(name, "it is too short for a safetensors file");
  const prefix = Buffer.alloc(8);
  fill(name, descriptor, { target: prefix, position: 0 });
  const headerBytes = prefix.readBigUInt64LE();
  if (headerBytes > maxHeaderBytes) throw corrupt(name, "it is no safetensors file: its header would be larger than 100 MB");
  const dataStart = 8 + Number(headerBytes);
  if (dataStart > fileBytes) throw corrupt(name, "it ends within its header");
  const header = Buffer.alloc(Number(headerBytes));
  fill(name, descriptor, { target: header, position: 8 });
  const json = Object.entries(parseJson(name, header.toString("utf8"), jsonObjectSchema)).filter(([key]) => key !== "__metadata__");
  const tensors = parseWith(name, Object.fromEntries(json), headerSchema);
  return layOut(name, Object.entries(tensors), { dataStart, fileBytes });
}

/** Checks that the tensors, in the order of their offsets, fill the rest of the file exactly. */
function layOut(
  name: string,
  tensors: [string, z.infer<typeof entrySchema>][],
  { dataStart, fileBytes }: { dataStart: number; fileBytes: number },
): Map<string, TensorEntry> {
  tensors.sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
  let end = 0;
  const entries = new Map<string, TensorEntry>();
  for (const [tensor, { dtype, shape, data_offsets: range }] of tensors) {
    const [from, to] = range;
    if (from !== end || to < from) throw corrupt(name, `the offsets of ${tensor} leave a gap or overlap`);
    const valueBytes = bytesPerValue.get(dtype);
    const bytes = to - from;
    if (valueBytes !== undefined && bytes !== valueBytes * shape.reduce((product, extent) => product * extent, 1)) {
      throw corrupt(name, `the size of ${tensor} is not that of its shape`);
    }
    entries.set(tensor, { dtype, shape, offset: dataStart + from, bytes });
    end = to;
  }
  const expected = dataStart + end;
  if (fileBytes < expected) throw corrupt(name, `it ends early: ${fileBytes} of ${expected} bytes`);
  if (fileBytes > expected) throw corrupt(name, `it has ${fileBytes - expected} bytes too many`);
  return entries;
}
