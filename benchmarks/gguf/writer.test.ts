import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type GgufTensor, ggufHeader, tensorBytes, writeGguf } from "./writer.ts";

let folder = "";
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), "gguf-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const tensors: GgufTensor[] = [
  { name: "norm", type: "F32", shape: [3] },
  { name: "matrix", type: "Q4_0", shape: [2, 64] },
  { name: "embedding", type: "Q6_K", shape: [2, 256] },
];

test("the header says what the tensors are and where they lie", () => {
  const header = ggufHeader({ "general.architecture": { type: "string", value: "qwen3" }, pieces: { type: "strings", value: ["a", "é"] }, kinds: { type: "int32s", value: [1, -2] } }, tensors);
  const reader = new Reader(header);
  expect([reader.text(4), reader.uint32(), reader.uint64(), reader.uint64()]).toEqual(["GGUF", 3, 3, 3]);
  expect([reader.string(), reader.uint32(), reader.string()]).toEqual(["general.architecture", 8, "qwen3"]);
  expect([reader.string(), reader.uint32(), reader.uint32(), reader.uint64(), reader.string(), reader.string()]).toEqual(["pieces", 9, 8, 2, "a", "é"]);
  expect([reader.string(), reader.uint32(), reader.uint32(), reader.uint64(), reader.uint32(), reader.uint32()]).toEqual(["kinds", 9, 5, 2, 1, 0xfffffffe]);
  expect([reader.string(), reader.uint32(), reader.uint64(), reader.uint32(), reader.uint64()]).toEqual(["norm", 1, 3, 0, 0]);
  // 12 bytes, then to the next multiple of 32; the innermost dimension comes first.
  expect([reader.string(), reader.uint32(), reader.uint64(), reader.uint64(), reader.uint32(), reader.uint64()]).toEqual(["matrix", 2, 64, 2, 2, 32]);
  // 4 blocks of 18 bytes
  expect([reader.string(), reader.uint32(), reader.uint64(), reader.uint64(), reader.uint32(), reader.uint64()]).toEqual(["embedding", 2, 256, 2, 14, 32 + 96]);
  expect(header.length % 32).toBe(0);
  expect(header.length - reader.place).toBeLessThan(32);
});

test("what fills a tensor is repeated to its end", async () => {
  const file = path.join(folder, "model.gguf");
  await writeGguf(file, { metadata: {}, tensors }, ({ type }) => new Uint8Array(type === "F32" ? 4 : type === "Q4_0" ? 54 : 420).fill(type.length));
  const written = (await readFile(file)).subarray(ggufHeader({}, tensors).length);
  expect([...written.subarray(0, 13)]).toEqual([...Array.from({ length: 12 }, () => 3), 0]);
  expect([...written.subarray(32, 32 + 73)]).toEqual([...Array.from({ length: 72 }, () => 4), 0]);
  expect(written.length).toBe(32 + 96 + 448);
});

test("rows that are not whole blocks are refused", () => {
  expect(() => tensorBytes({ name: "odd", type: "Q4_0", shape: [4, 40] })).toThrow(RangeError);
});

class Reader {
  place = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  text(length: number): string {
    this.place += length;
    return this.#bytes.toString("utf8", this.place - length, this.place);
  }

  uint32(): number {
    this.place += 4;
    return this.#bytes.readUInt32LE(this.place - 4);
  }

  uint64(): number {
    this.place += 8;
    return Number(this.#bytes.readBigUInt64LE(this.place - 8));
  }

  string(): string {
    return this.text(this.uint64());
  }
}
