import { finished } from "node:stream/promises";
import { expect, it } from "vitest";
import { EngineError } from "../errors.ts";
import { FfmpegTimeout, runFfmpeg } from "./ffmpeg.ts";

/** What may go wrong with any process, shown on a shell in the place of ffmpeg. */

const shell = (script: string, changes: { seconds?: number; signal?: AbortSignal } = {}) => ({
  executable: "/bin/sh",
  args: ["-c", script],
  seconds: 30,
  ...changes,
});

async function readAll(stdout: AsyncIterable<Buffer>): Promise<string> {
  let text = "";
  for await (const chunk of stdout) text += chunk.toString();
  return text;
}

/**
 * Starts a process that starts another and hangs. That this ends at all shows that both are dead: the other one, too, holds
 * the pipe of messages open.
 */
const hang = (changes: { seconds?: number; signal?: AbortSignal }, onStart: () => void = () => undefined): Promise<unknown> =>
  runFfmpeg(shell("sleep 300 & echo started; wait", changes), async (stdout) => {
    stdout.on("data", onStart);
    await finished(stdout);
  });

it("returns what was read, the exit code and the first of the messages", async () => {
  const result = await runFfmpeg(shell("echo out; head -c 300000 /dev/zero | tr '\\0' x >&2; exit 3"), readAll);
  expect(result).toMatchObject({ value: "out\n", exitCode: 3 });
  expect(result.stderr).toHaveLength(64 * 1024);
});

it.runIf(process.platform === "linux")("bounds the memory of what it runs", async () => {
  expect((await runFfmpeg(shell("ulimit -v"), readAll)).value).toBe(`${2 * 1024 * 1024}\n`);
});

it("kills what hangs, with all that it started", async () => {
  await expect(hang({ seconds: 0.5 })).rejects.toBeInstanceOf(FfmpegTimeout);
});

it("kills what is aborted, with all that it started", async () => {
  const abort = new AbortController();
  const reason = new Error("stopped");
  await expect(hang({ signal: abort.signal }, () => abort.abort(reason))).rejects.toBe(reason);
});

it("starts nothing after an abort, and says when there is nothing to start", async () => {
  const reason = new Error("stopped");
  await expect(runFfmpeg(shell("echo", { signal: AbortSignal.abort(reason) }), readAll)).rejects.toBe(reason);
  const missing = runFfmpeg({ executable: "/nowhere/ffmpeg", args: [], seconds: 30 }, readAll);
  await expect(missing).rejects.toEqual(new EngineError("ffmpeg_missing"));
});
