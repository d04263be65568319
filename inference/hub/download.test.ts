import { randomBytes } from "node:crypto";
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadCheckpoint } from "../checkpoint/load.ts";
import { EngineError } from "../errors.ts";
import type { Loading } from "../protocol.ts";
import { referenceFolder } from "../reference/read.ts";
import { downloadCheckpoint } from "./download.ts";
import { type FakeHub, revision, startFakeHub } from "./fakeHub.ts";
import { isHubName } from "./repository.ts";
import { type HubSettings, hubSettings } from "./settings.ts";

const repository = "Owner/Model-2B";
let cacheFolder: string;
beforeEach(async () => (cacheFolder = await mkdtemp(path.join(tmpdir(), "hub-"))));
afterEach(() => rm(cacheFolder, { recursive: true, force: true }));

const weights = randomBytes(300_000);
const small = { "config.json": Buffer.from("{}"), "tokenizer.json": Buffer.from("{}"), "README.md": Buffer.from("not wanted") };
const files = { ...small, "model.safetensors": weights, "original.bin": randomBytes(1000) };

function settings({ endpoint }: Pick<FakeHub, "endpoint">, more: Partial<HubSettings> = {}): HubSettings {
  return { endpoint, token: undefined, tokenFile: path.join(cacheFolder, "token"), cacheFolder, offline: false, ...more };
}

const at = (...names: string[]) => path.join(cacheFolder, "models--Owner--Model-2B", ...names);

async function fault(download: Promise<unknown>): Promise<string> {
  const error: unknown = await download.then(() => undefined, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(EngineError);
  return error instanceof EngineError ? error.code : "";
}

describe("a download", () => {
  it("brings what a checkpoint consists of into the shared cache, in its layout", async () => {
    await using hub = await startFakeHub(repository, files);
    const heard: Loading[] = [];
    const folder = await downloadCheckpoint(repository, { settings: settings(hub), onLoading: (loading) => heard.push(loading) });
    expect(folder).toBe(at("snapshots", revision));
    expect((await readdir(folder)).sort()).toEqual(["config.json", "model.safetensors", "tokenizer.json"]);
    expect(await readFile(path.join(folder, "model.safetensors"))).toEqual(weights);
    expect(await readlink(path.join(folder, "model.safetensors"))).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{64}$/);
    expect(await readlink(path.join(folder, "config.json"))).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{40}$/);
    expect(await readFile(at("refs", "main"), "utf8")).toBe(revision);
    expect((await readdir(at("blobs"))).filter((name) => name.includes("incomplete"))).toEqual([]);
    expect(heard.at(-1)).toMatchObject({ stage: "downloading", fraction: 1 });
  });

  it("fetches nothing twice", async () => {
    await using hub = await startFakeHub(repository, files);
    await downloadCheckpoint(repository, { settings: settings(hub) });
    hub.requests.length = 0;
    await rm(at("snapshots"), { recursive: true });
    const folder = await downloadCheckpoint(repository, { settings: settings(hub) });
    expect(hub.requests).toEqual([]);
    expect(await readFile(path.join(folder, "model.safetensors"))).toEqual(weights);
  });

  it("goes on when the connection breaks, and where an earlier one ended", async () => {
    await using hub = await startFakeHub(repository, files);
    hub.breakAfter = 0;
    const folder = await downloadCheckpoint(repository, { settings: settings(hub) });
    const blob = path.join(path.dirname(path.join(folder, "model.safetensors")), await readlink(path.join(folder, "model.safetensors")));
    await writeFile(`${blob}.incomplete`, weights.subarray(0, 123_456));
    await rm(blob);
    hub.requests.length = 0;
    hub.breakAfter = 100_000;
    await downloadCheckpoint(repository, { settings: settings(hub) });
    expect(hub.requests[0]).toBe("/model.safetensors bytes=123456-");
    expect(hub.requests.length).toBe(2);
    expect(await readFile(blob)).toEqual(weights);
  });

  it("does not keep what is not what the Hub promised", async () => {
    await using hub = await startFakeHub(repository, files);
    const folder = await downloadCheckpoint(repository, { settings: settings(hub) });
    const blob = path.join(folder, await readlink(path.join(folder, "model.safetensors")));
    await rm(blob);
    await writeFile(`${blob}.incomplete`, Buffer.alloc(1000));
    expect(await fault(downloadCheckpoint(repository, { settings: settings(hub) }))).toBe("checkpoint_corrupt");
    await downloadCheckpoint(repository, { settings: settings(hub) });
    expect(await readFile(blob)).toEqual(weights);
    await truncate(blob, 10);
    await downloadCheckpoint(repository, { settings: settings(hub) });
    expect(await readFile(blob)).toEqual(weights);
  });

  it("shows a token to the Hub alone", async () => {
    await using hub = await startFakeHub(repository, files);
    await downloadCheckpoint(repository, { settings: settings(hub, { token: "secret" }) });
    expect([...hub.shown.hub]).toEqual(["Bearer secret"]);
    expect([...hub.shown.contents]).toEqual([undefined]);
    await rm(at(), { recursive: true });
    await writeFile(path.join(cacheFolder, "token"), "from a file\n");
    await downloadCheckpoint(repository, { settings: settings(hub) });
    expect([...hub.shown.hub]).toEqual(["Bearer secret", "Bearer from a file"]);
  });

  it("is done once by two at the same time", async () => {
    await using hub = await startFakeHub(repository, files);
    const both = [1, 2].map(() => downloadCheckpoint(repository, { settings: settings(hub) }));
    await Promise.all(both);
    expect(hub.requests.filter((request) => request.startsWith("/model.safetensors"))).toHaveLength(1);
  });

  it("stops when it is told to", async () => {
    await using hub = await startFakeHub(repository, files);
    const stop = new AbortController();
    stop.abort(new Error("stopped"));
    await expect(downloadCheckpoint(repository, { settings: settings(hub), signal: stop.signal })).rejects.toThrow("stopped");
  });

  it("brings a checkpoint that can be loaded", async () => {
    const folder = path.join(referenceFolder, "dense");
    const published = Object.fromEntries(await Promise.all((await readdir(folder)).map(async (name) => [name, await readFile(path.join(folder, name))] as const)));
    await using hub = await startFakeHub(repository, published);
    using checkpoint = await loadCheckpoint(await downloadCheckpoint(repository, { settings: settings(hub) }));
    expect(checkpoint.config.text.hiddenSize).toBe(64);
  });
});

describe("what cannot be downloaded", () => {
  it.each([
    [401, "hub_denied"],
    [403, "hub_denied"],
    [404, "hub_not_found"],
    [500, "hub_unreachable"],
  ])("is explained: status %d", async (status, code) => {
    await using hub = await startFakeHub(repository, files);
    hub.refuse = status;
    expect(await fault(downloadCheckpoint(repository, { settings: settings(hub) }))).toBe(code);
  });

  it("is used as it was downloaded before, when there is no connection", async () => {
    const hub = await startFakeHub(repository, files);
    const folder = await downloadCheckpoint(repository, { settings: settings(hub) });
    hub.silent = true;
    expect(await downloadCheckpoint(repository, { settings: settings(hub), patience: 100 })).toBe(folder);
    await hub[Symbol.asyncDispose]();
    expect(await downloadCheckpoint(repository, { settings: settings(hub) })).toBe(folder);
    expect(await downloadCheckpoint(repository, { settings: settings(hub, { offline: true }) })).toBe(folder);
    await rm(at(), { recursive: true });
    expect(await fault(downloadCheckpoint(repository, { settings: settings(hub) }))).toBe("hub_unreachable");
  });
});

it("takes its settings from the variables of other Hugging Face programs", () => {
  expect(hubSettings({ HF_HOME: "/hf" })).toMatchObject({ endpoint: "https://huggingface.co", cacheFolder: "/hf/hub", tokenFile: "/hf/token", offline: false });
  expect(hubSettings({ HF_HOME: "/hf", HF_HUB_CACHE: "/disk", HF_ENDPOINT: "https://mirror/", HF_TOKEN: "t\n", HF_HUB_OFFLINE: "1" })).toMatchObject({
    endpoint: "https://mirror",
    cacheFolder: "/disk",
    token: "t",
    offline: true,
  });
  expect(hubSettings({ XDG_CACHE_HOME: "/x" }).cacheFolder).toBe("/x/huggingface/hub");
});

it("tells a name on the Hub from a folder", async () => {
  expect(["Qwen/Qwen3-VL-2B-Instruct", "a/b.c"].map(isHubName)).toEqual([true, true]);
  expect(["Qwen", "/Qwen/x", "./x", "../x", "a/b/c", "a/", "~/x"].map(isHubName)).toEqual(Array(7).fill(false));
  await mkdir(path.join(cacheFolder, "folder"));
  expect((await lstat(path.join(cacheFolder, "folder"))).isDirectory()).toBe(true);
  expect(isHubName("inference/hub")).toBe(false);
});
