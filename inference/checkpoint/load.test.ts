import { cp, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EngineError } from "../errors.ts";
import { readCase } from "../reference/read.ts";
import { jsonObjectSchema, readJson } from "./files.ts";
import { loadCheckpoint } from "./load.ts";
import { SafetensorsFile } from "./safetensors.ts";

let folder: string;
const at = (file: string) => join(folder, file);

async function copyOf(caseName: string): Promise<void> {
  await cp(readCase(caseName).checkpointFolder, folder, { recursive: true });
}

async function edit(file: string, change: (json: Record<string, unknown>) => Record<string, unknown>): Promise<void> {
  await writeFile(at(file), JSON.stringify(change(await readJson(folder, file, jsonObjectSchema))));
}

async function fault(): Promise<EngineError["params"] & { code: string }> {
  try {
    using checkpoint = await loadCheckpoint(folder);
    throw new Error(`${checkpoint.folder} was loaded`);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { code: error.code, ...error.params };
  }
}

/** Writes model.safetensors anew as two shards with an index; what each holds can be changed before. */
async function splitIntoShards(change: (header: [string, Entry][]) => [string, Entry][] = (header) => header): Promise<void> {
  const { header, data } = await readParts();
  const entries = Object.entries(header).sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  const weightMap: Record<string, string> = {};
  for (const [shard, part] of [entries.slice(0, 50), change(entries.slice(50))].entries()) {
    const name = `model-0000${shard + 1}-of-00002.safetensors`;
    const first = part[0]?.[1].data_offsets[0] ?? 0;
    const last = part.at(-1)?.[1].data_offsets[1] ?? 0;
    const moved = part.map(([tensor, entry]) => [tensor, { ...entry, data_offsets: entry.data_offsets.map((offset) => offset - first) }]);
    await writeFile(at(name), safetensors(Object.fromEntries(moved), data.subarray(first, last)));
    for (const [tensor] of part) weightMap[tensor] = name;
  }
  await writeFile(at("model.safetensors.index.json"), JSON.stringify({ metadata: { total_size: data.length }, weight_map: weightMap }));
  await rm(at("model.safetensors"));
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

async function readParts(): Promise<{ header: Record<string, Entry>; data: Buffer }> {
  const file = await readFile(at("model.safetensors"));
  const end = 8 + Number(file.readBigUInt64LE());
  const { __metadata__: metadata, ...header } = JSON.parse(file.toString("utf8", 8, end)) as Record<string, Entry>;
  expect(metadata).toBeDefined();
  return { header, data: file.subarray(end) };
}

function safetensors(header: unknown, data: Uint8Array): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([prefix, text, data]);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "checkpoint-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("loadCheckpoint", () => {
  it.each(["text", "yarn-image", "moe-image"])("opens the checkpoint of the case %s", async (name) => {
    using checkpoint = await loadCheckpoint(readCase(name).checkpointFolder);
    expect(checkpoint.config.text.hiddenSize).toBe(64);
    expect(checkpoint.tensors.shape("model.language_model.norm.weight")).toEqual([64]);
    expect(checkpoint.generation).toEqual({ eosTokenIds: [2032, 2030], greedy: false, temperature: 0.7, topP: 0.8, topK: 20, repetitionPenalty: 1 });
  });

  it("reads shards as it reads one file", async () => {
    await copyOf("text");
    using whole = await loadCheckpoint(readCase("text").checkpointFolder);
    await splitIntoShards();
    using sharded = await loadCheckpoint(folder);
    expect([...sharded.tensors.names()].sort()).toEqual([...whole.tensors.names()].sort());
    for (const name of whole.tensors.names()) expect(await sharded.tensors.read(name)).toEqual(await whole.tensors.read(name));
  });

  it("does without the files that older checkpoints lack", async () => {
    await copyOf("text");
    for (const file of ["generation_config.json", "video_preprocessor_config.json"]) await rm(at(file));
    await edit("tokenizer_config.json", (json) => ({ ...json, chat_template: [{ name: "default", template: "T" }] }));
    await rm(at("chat_template.jinja"));
    using checkpoint = await loadCheckpoint(folder);
    expect(checkpoint.chatTemplate).toBe("T");
    expect(checkpoint.generation).toEqual({ eosTokenIds: [2032], greedy: true, temperature: 1, topP: 1, topK: 50, repetitionPenalty: 1 });
    expect(checkpoint.video).toEqual({ ...checkpoint.image, fps: 2, minFrames: 4, maxFrames: 768 });
    await writeFile(at("chat_template.json"), JSON.stringify({ chat_template: "J" }));
    await rm(at("tokenizer_config.json"));
    using other = await loadCheckpoint(folder);
    expect(other.chatTemplate).toBe("J");
  });

  it("finds the end-of-sequence token in tokenizer_config.json when nothing else names one", async () => {
    await copyOf("text");
    await rm(at("generation_config.json"));
    await edit("config.json", (json) => ({ ...json, text_config: { ...jsonObjectSchema.parse(json.text_config), eos_token_id: undefined } }));
    using checkpoint = await loadCheckpoint(folder);
    expect(checkpoint.generation.eosTokenIds).toEqual([2032]);
  });
});

describe("a folder that cannot be used", () => {
  it.each(["config.json", "tokenizer.json", "chat_template.jinja", "preprocessor_config.json", "model.safetensors"])("lacks %s", async (file) => {
    await copyOf("text");
    await rm(at(file));
    expect(await fault()).toEqual({ code: "checkpoint_missing_file", folder, file });
  });

  it("does not exist", async () => {
    await rm(folder, { recursive: true });
    expect(await fault()).toEqual({ code: "checkpoint_missing_file", folder, file: "config.json" });
    await writeFile(folder, "a file, not a folder");
    expect(await fault()).toMatchObject({ code: "checkpoint_missing_file" });
  });

  it("holds another architecture", async () => {
    await writeFile(at("config.json"), JSON.stringify({ model_type: "llama" }));
    expect(await fault()).toEqual({ code: "checkpoint_unsupported", model_type: "llama" });
  });

  it.each(["config.json", "tokenizer.json", "preprocessor_config.json", "generation_config.json"])("has a damaged %s", async (file) => {
    await copyOf("text");
    await writeFile(at(file), "{");
    expect(await fault()).toMatchObject({ code: "checkpoint_corrupt", file });
  });
});

describe("damaged weights", () => {
  const corrupt = (file: string, reason: RegExp) => ({ code: "checkpoint_corrupt", file, reason: expect.stringMatching(reason) as string });

  it("are refused when the file is cut short or too long", async () => {
    await copyOf("text");
    const bytes = await readFile(at("model.safetensors"));
    for (const length of [0, 7, 8, 100, bytes.length - 1]) {
      await truncate(at("model.safetensors"), length);
      expect(await fault()).toEqual(corrupt("model.safetensors", /short|ends|header/));
      await writeFile(at("model.safetensors"), bytes);
    }
    await writeFile(at("model.safetensors"), Buffer.concat([bytes, Buffer.alloc(1)]));
    expect(await fault()).toEqual(corrupt("model.safetensors", /1 bytes too many/));
  });

  it("are refused when they are something else", async () => {
    await copyOf("text");
    await writeFile(at("model.safetensors"), "version https://git-lfs.github.com/spec/v1\n");
    expect(await fault()).toEqual(corrupt("model.safetensors", /no safetensors file/));
    await writeFile(at("model.safetensors"), safetensors("text", Buffer.alloc(0)));
    expect(await fault()).toMatchObject({ code: "checkpoint_corrupt", file: "model.safetensors" });
  });

  it.each<[string, (entry: Entry) => Entry, RegExp]>([
    ["offsets overlap", ({ data_offsets: [from, to], ...entry }) => ({ ...entry, data_offsets: [from - 4, to] }), /gap or overlap|its shape/],
    ["the size is not that of the shape", (entry) => ({ ...entry, shape: [...entry.shape, 2] }), /its shape/],
    ["the dtype is not supported", (entry) => ({ ...entry, dtype: "I32" }), /I32/],
    ["the shape is not that of config.json", (entry) => ({ ...entry, shape: [1, ...entry.shape] }), /not 64 as config.json says/],
  ])("are refused when %s", async (_, change, reason) => {
    await copyOf("text");
    const { header, data } = await readParts();
    const name = "model.language_model.norm.weight";
    const entry = header[name];
    expect(entry).toBeDefined();
    if (entry) await writeFile(at("model.safetensors"), safetensors({ ...header, [name]: change(entry) }, data));
    expect(await fault()).toEqual(corrupt("model.safetensors", reason));
  });

  it("are refused when a shard is missing, short, or lacks what the index promises", async () => {
    await copyOf("text");
    await splitIntoShards();
    const shard = "model-00002-of-00002.safetensors";
    const bytes = await readFile(at(shard));
    await truncate(at(shard), bytes.length - 10);
    expect(await fault()).toEqual(corrupt(shard, /ends early/));
    await rm(at(shard));
    expect(await fault()).toEqual({ code: "checkpoint_missing_file", folder, file: shard });
    await cp(at("model-00001-of-00002.safetensors"), at(shard));
    expect(await fault()).toEqual(corrupt(shard, /though the index says/));
  });

  it("are refused when the index lacks a tensor or leads out of the folder", async () => {
    await copyOf("text");
    await splitIntoShards((entries) => entries.slice(0, -1));
    expect(await fault()).toEqual(corrupt("model.safetensors.index.json", /is missing/));
    await writeFile(at("model.safetensors.index.json"), JSON.stringify({ weight_map: { a: "../model.safetensors" } }));
    expect(await fault()).toEqual(corrupt("model.safetensors.index.json", /outside/));
  });
});

describe("the tensor store", () => {
  it("reads a range of rows, and single rows at once", async () => {
    using checkpoint = await loadCheckpoint(readCase("text").checkpointFolder);
    const name = "model.language_model.embed_tokens.weight";
    const all = await checkpoint.tensors.read(name);
    expect(all).toHaveLength(2048 * 64);
    expect(await checkpoint.tensors.read(name, { from: 5, to: 7 })).toEqual(all.slice(5 * 64, 7 * 64));
    expect(checkpoint.tensors.readRows(name, [2047, 0])).toEqual(Float32Array.of(...all.slice(2047 * 64), ...all.slice(0, 64)));
    expect(() => checkpoint.tensors.readRows(name, [2048])).toThrow(RangeError);
    expect(() => checkpoint.tensors.shape("absent")).toThrow("checkpoint_corrupt");
  });

  it("lets a read end before it closes, and refuses later ones", async () => {
    await copyOf("text");
    const file = SafetensorsFile.open(at("model.safetensors"));
    const reading = file.read(new Uint8Array(1000), 0);
    file[Symbol.dispose]();
    file[Symbol.dispose]();
    await reading;
    await expect(file.read(new Uint8Array(1), 0)).rejects.toThrow("closed");
  });

  it("notices that a file became shorter", async () => {
    await copyOf("text");
    using checkpoint = await loadCheckpoint(folder);
    await truncate(at("model.safetensors"), 20_000);
    await expect(checkpoint.tensors.read("model.language_model.embed_tokens.weight")).rejects.toThrow("ends early");
  });
});
