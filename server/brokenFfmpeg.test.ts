import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { projectRoot } from "./config.ts";
import { httpErrorSchema } from "./protocol.ts";
import { eventually, TestServer } from "./testing/harness.ts";

/** A script in the place of ffmpeg, behind the real server and worker: it misbehaves, and nothing else is touched. */

const media = join(projectRoot, "inference", "reference", "media");
let folder = "";
let server: TestServer;
let cookie = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "broken-ffmpeg-"));
  vi.stubEnv("FFMPEG_PATH", join(folder, "ffmpeg"));
  server = await TestServer.start({ worker: join(projectRoot, "inference", "worker.ts"), checkpoint: join(projectRoot, "models", "demo") });
  cookie = await server.visit();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function ffmpeg(commands: string): void {
  writeFileSync(join(folder, "ffmpeg"), `#!/bin/sh\n${commands}\n`);
  chmodSync(join(folder, "ffmpeg"), 0o755);
}

const upload = (name: string): Promise<Response> => server.upload(cookie, new Uint8Array(readFileSync(join(media, name))), name);

async function refusal(): Promise<{ status: number; code: string }> {
  const response = await upload("clip.mp4");
  return { status: response.status, code: httpErrorSchema.parse(await response.json()).error.code };
}

/** Neither pictures nor the worker notice anything, and nothing is kept of what was refused. */
async function expectTheRestToWork(): Promise<void> {
  const worker = server.engine.workerPid;
  expect((await upload("photo.png")).status).toBe(201);
  expect(server.engine.workerPid).toBe(worker);
  expect((await server.storedFiles()).filter((name) => !name.endsWith(".json"))).toHaveLength(1);
}

test("it is missing: clips are off and pictures work", async () => {
  expect(await refusal()).toEqual({ status: 503, code: "ffmpeg_missing" });
  await expectTheRestToWork();
});

test("it crashes", async () => {
  ffmpeg("kill -SEGV $$");
  expect(await refusal()).toEqual({ status: 422, code: "video_corrupt" });
  await expectTheRestToWork();
});

test("it fails with a hundred megabytes of messages", async () => {
  ffmpeg("head -c 100000000 /dev/zero | tr '\\0' x >&2; exit 1");
  expect(await refusal()).toEqual({ status: 422, code: "video_corrupt" });
  await expectTheRestToWork();
});

test("it hangs while the worker is killed: it ends too, and the upload is answered", async () => {
  ffmpeg(`echo $$ >${join(folder, "pid")}; exec sleep 600`);
  const refused = refusal();
  await eventually(() => existsSync(join(folder, "pid")) && readFileSync(join(folder, "pid"), "utf8")).toMatch(/\d\n/);
  const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
  process.kill(server.engine.workerPid ?? 0, "SIGKILL");
  expect(await refused).toEqual({ status: 503, code: "worker_restarted" });
  await eventually(() => existsSync(`/proc/${pid}`)).toBe(false);
  await eventually(() => server.engine.status().state).toBe("ready");
  await expectTheRestToWork();
});
