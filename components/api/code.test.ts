import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../server/config.ts";
import type { UploadedMedia } from "../../server/protocol.ts";
import { hasPython, pythonPackages } from "../../server/openai/testing/pythonPackages.ts";
import { TestServer } from "../../server/testing/harness.ts";
import { toRequest } from "../settings/request.ts";
import { defaultSettings } from "../settings/settings.ts";
import { toApiRequest } from "./apiRequest.ts";
import { codeFor, type CodeLanguage } from "./code.ts";

const run = promisify(execFile);
const python = await hasPython();

/** A name and words that mean something to every shell and language. */
const name = `it's a "$(picture)".png`;
const words = 'What color is it? `$HOME` "\\n" 颜色 ${1}';
const picture: UploadedMedia = {
  id: "a".repeat(64),
  name,
  bytes: 1,
  mime: "image/png",
  info: { kind: "image", format: "png", width: 64, height: 64, resizedWidth: 64, resizedHeight: 64, tokens: 4 },
};
const settings = { ...defaultSettings, systemPrompt: "Be brief.", sampling: { greedy: true, top_k: 5 }, maxNewTokens: 8, stop: ["\n\n"], pictureTokens: { max: 64 } };
const request = toApiRequest(toRequest([{ role: "user", text: words, media: [picture] }], settings), { model: "default", media: new Map([[picture.id, picture]]) });

it("has the conversation and its settings, under the names that the API has for them", () => {
  expect(request.standard).toMatchObject({
    model: "default",
    messages: [
      { role: "system", content: "Be brief." },
      { role: "user", content: [{ type: "image_url", image_url: { url: { source: { type: "file", name } } }, max_pixels: 64 * 32 * 32 }, { type: "text", text: words }] },
    ],
    temperature: 0,
    max_tokens: 8,
    stop: ["\n\n"],
  });
  expect(request.extra).toEqual({ top_k: 5 });
});

it("names what came from an address by its address", () => {
  const fetched: UploadedMedia = { ...picture, origin: { kind: "address", url: "https://example.com/a.png" } };
  const { standard, extra } = toApiRequest(toRequest([{ role: "user", text: "", media: [fetched] }], defaultSettings), { model: "m", media: new Map([[fetched.id, fetched]]) });
  const code = codeFor("python", { standard, extra }, { origin: "http://localhost:7860", key: "YOUR_API_KEY" });
  expect(code).toContain('"url": "https://example.com/a.png"');
  expect(code).not.toContain("data_url");
  expect(code).toContain('api_key="YOUR_API_KEY"');
});

describe("what it says runs as it stands", () => {
  let server: TestServer;
  let folder: string;
  beforeAll(async () => {
    server = await TestServer.start({ worker: join(projectRoot, "inference", "worker.ts"), checkpoint: join(projectRoot, "models", "demo") });
    folder = await mkdtemp(join(tmpdir(), "demo-code-"));
    await copyFile(join(projectRoot, "e2e", "media", "color.png"), join(folder, name));
    await symlink(join(projectRoot, "node_modules"), join(folder, "node_modules"));
    while ((await fetch(`${server.origin}/readyz`)).status !== 200) await sleep(50);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const code = (language: CodeLanguage): string => codeFor(language, request, { origin: server.origin, key: undefined });

  it("in a shell", async () => {
    await writeFile(join(folder, "ask.sh"), code("curl"));
    const { stdout } = await run("sh", ["ask.sh"], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({ object: "chat.completion", usage: { prompt_tokens_details: { image_tokens: expect.any(Number) as number } } });
  });

  it("in JavaScript", async () => {
    await writeFile(join(folder, "ask.mjs"), code("javascript"));
    const { stdout } = await run(process.execPath, ["ask.mjs"], { cwd: folder });
    expect(stdout.trim()).not.toBe("");
  });

  it.runIf(python)("in Python", { timeout: 180_000 }, async () => {
    await writeFile(join(folder, "ask.py"), code("python"));
    const { stdout } = await run("python3", ["ask.py"], { cwd: folder, env: { ...process.env, PYTHONPATH: await pythonPackages("openai") } });
    expect(stdout.trim()).not.toBe("");
  });
});
