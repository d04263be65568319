import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import type { Message } from "./conversation.ts";
import { caseNames, readCase, referenceFolder } from "./reference/read.ts";

let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), "infer-"))));
afterAll(() => rm(folder, { recursive: true, force: true }));

function infer(...flags: string[]): Promise<{ code: number; out: string; err: string }> {
  const words = ["--import", "tsx", path.join(import.meta.dirname, "cli.ts"), "--cpu-only", "--cache-dir", path.join(folder, "cache"), ...flags];
  const env = { ...process.env, MODEL_SEQ_LEN: "4096" };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, words, { env }, (_, out, err) => resolve({ code: child.exitCode ?? -1, out, err }));
  });
}

async function write(conversations: unknown): Promise<string> {
  const file = path.join(folder, "messages.json");
  await writeFile(file, JSON.stringify(conversations));
  return file;
}

const lineSchema = z.object({
  index: z.number(),
  prompt_token_ids: z.array(z.number()),
  token_ids: z.array(z.number()),
  text: z.string(),
  finish_reason: z.string(),
  usage: z.record(z.string(), z.number()),
  timings: z.record(z.string(), z.number()),
});

function withAbsolutePaths(messages: readonly Message[]): unknown {
  const text = JSON.stringify(messages);
  return JSON.parse(text.replaceAll('"media/', `${JSON.stringify(referenceFolder).slice(0, -1)}/media/`));
}

it("answers a batch with the tokens of the reference, in order, one JSON object a line", async () => {
  const cases = caseNames.map(readCase).filter(({ description }) => description.checkpoint === "dense" && !description.options.add_vision_id);
  const file = await write(cases.map(({ description }) => withAbsolutePaths(description.messages)));
  const checkpoint = path.join(referenceFolder, "dense");
  const { code, out } = await infer("-c", checkpoint, "--messages", file, "--greedy", "--ignore-eos", "--max-new-tokens", "8", "--dtype", "fp32", "--json");
  const lines = out.trim().split("\n").map((line) => lineSchema.parse(JSON.parse(line)));
  expect([code, lines.map(({ index }) => index)]).toEqual([0, [...cases.keys()]]);
  for (const { index, prompt_token_ids, token_ids, finish_reason } of lines) {
    const reference = cases[index];
    expect(prompt_token_ids).toEqual([...(reference?.int32("input_ids").values ?? [])]);
    const undecided = reference?.float32("greedy_margins").values.findIndex((margin) => margin < 5e-3) ?? -1;
    const decided = undecided < 0 ? 8 : Math.min(8, undecided);
    expect(token_ids.slice(0, decided)).toEqual([...(reference?.int32("greedy_ids").values.slice(0, decided) ?? [])]);
    expect([token_ids.length, finish_reason]).toEqual([8, "length"]);
  }
});

it("streams text without --json, goes on after a failure and reports it", async () => {
  const missing = [{ role: "user", content: [{ type: "image", image: "nowhere.png" }] }];
  const file = await write([missing, [{ role: "user", content: "Hello!" }]]);
  const { code, out, err } = await infer("--messages", file, "--greedy");
  expect(code).toBe(1);
  expect(err).toContain("nowhere.png");
  expect(out.trim()).not.toBe("");
});

it.each([
  { what: "a file that is not there", flags: ["--messages", "/nowhere.json"], says: "nowhere.json" },
  { what: "a folder that is no checkpoint", flags: ["-c", tmpdir()], says: "config.json" },
])("refuses $what in one line", async ({ flags, says }) => {
  const file = await write([{ role: "user", content: "Hello!" }]);
  const { code, err } = await infer(...(flags.includes("--messages") ? [] : ["--messages", file]), ...flags);
  expect([code, err.trim().split("\n").length]).toEqual([1, 1]);
  expect(err).toContain(says);
});
