import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeFrames, probeClip } from "./clip.ts";
import { defaultMediaLimits } from "./context.ts";
import { decodingRuns } from "./decodingRuns.ts";
import { findFfmpeg } from "./ffmpeg.ts";
import { inspectMedium } from "./inspect.ts";
import { processMedium } from "./process.ts";
import type { RgbImage } from "./resample.ts";
import { rejectionOf, testContext } from "./testContext.ts";

/** Real clips, made by ffmpeg and read by it. */

let folder: string;
let ffmpeg: string;

async function make(...args: string[]): Promise<void> {
  await promisify(execFile)(ffmpeg, ["-v", "error", "-y", ...args], { cwd: folder });
}

const pattern = (seconds: number, rate = 10, size = "160x96") => ["-f", "lavfi", "-i", `testsrc=s=${size}:r=${rate}:d=${seconds}`];
const h264 = ["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast"];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "clip-test-"));
  ffmpeg = await findFfmpeg();
  await make(...pattern(1), ...h264, "a.mp4");
  await make("-ss", "0.35", "-i", "a.mp4", "-c", "copy", "cut.mp4");
  await make(...pattern(1), "-f", "lavfi", "-i", "sine=d=1", ...h264, "-c:a", "aac", "sound.mp4");
  await make("-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac", "audio.mp4");
  await make(...pattern(1), "-frames:v", "1", "cover.png");
  await make("-i", "audio.mp4", "-i", "cover.png", "-map", "0", "-map", "1", "-c", "copy", "-disposition:v:0", "attached_pic", "cover.mp4");
  await make(...pattern(1), "-c:v", "magicyuv", "odd.mkv");
  await make(...pattern(0.1), "-frames:v", "1", ...h264, "single.mp4");
  await make(...pattern(20, 30, "1280x720"), ...h264, "long.mp4");
  await make("-f", "lavfi", "-i", "color=s=64x64:r=1/1800:d=7200", "-c:v", "mjpeg", "slow.mov");
  await copyFile(join(folder, "a.mp4"), join(folder, "damaged.mp4"));
  const whole = await readFile(join(folder, "a.mp4"));
  await writeFile(join(folder, "damaged.mp4"), whole.subarray(0, 1000));
  await writeFile(join(folder, "list.mp4"), "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\na.mp4\n#EXT-X-ENDLIST\n");
  await writeFile(join(folder, "other.mp4"), "ffconcat version 1.0\nfile 'a.mp4'\n");
});

afterAll(() => rm(folder, { recursive: true }));

const file = (name: string) => ({ path: join(folder, name), name, kind: "video" as const });
const probe = (name: string) => probeClip(ffmpeg, file(name), { limits: defaultMediaLimits });
const refusal = (name: string, changes = {}) => rejectionOf(processMedium({ type: "video", video: name }, testContext(folder, changes)));

describe("a clip", () => {
  it("is known without decoding it", async () => {
    expect(await probe("a.mp4")).toMatchObject({ codec: "h264", frames: 10, fps: 10, seconds: 1, hasAudio: false });
    expect(await probe("sound.mp4")).toMatchObject({ hasAudio: true });
  });

  it("has the frames that an edit list leaves", async () => {
    const cut = await probe("cut.mp4");
    expect(cut.frames).toBeLessThan(10);
    expect(cut.fps).toBeCloseTo(10);
    const medium = await processMedium({ type: "video", video: "cut.mp4", nframes: 2 }, testContext(folder));
    expect(medium.grid.t).toBe(1);
  });

  it("gives the same frames whether they are sought or come by", async () => {
    const info = await probe("long.mp4");
    const indices = [3, 520, 521, 590];
    expect(decodingRuns(indices, info.index?.keyFrames ?? [])).toHaveLength(2);
    const hashes = async (index: typeof info.index) => {
      const found: string[] = [];
      const onFrame = (frame: RgbImage) => {
        found.push(createHash("sha256").update(frame.data).digest("hex"));
        return Promise.resolve();
      };
      await decodeFrames(ffmpeg, { ...file("long.mp4"), info: { ...info, index } }, { limits: defaultMediaLimits, indices, onFrame });
      return found;
    };
    const sought = await hashes(info.index);
    expect(new Set(sought).size).toBe(4);
    expect(sought).toEqual(await hashes(undefined));
  });

  it("is described with a poster for the default options", async () => {
    const poster = join(folder, "poster.jpg");
    expect(await inspectMedium(file("long.mp4"), testContext(folder), poster)).toMatchObject({
      kind: "video",
      width: 1280,
      height: 720,
      resizedWidth: 160,
      resizedHeight: 96,
      frames: 600,
      tokens: 120,
    });
    expect(await sharp(await readFile(poster)).metadata()).toMatchObject({ format: "jpeg", width: 512, height: 288 });
  });

  it("stands upright", async () => {
    const bytes = await readFile(join(folder, "a.mp4"));
    // The display matrix of the track header: a quarter turn.
    const matrix = bytes.indexOf("tkhd") + 44;
    [0, 65_536, 0, -65_536, 0].forEach((value, position) => bytes.writeInt32BE(value, matrix + 4 * position));
    await writeFile(join(folder, "turned.mp4"), bytes);
    expect(await inspectMedium(file("turned.mp4"), testContext(folder))).toMatchObject({ width: 96, height: 160 });
  });

  it("shows its only frame twice", async () => {
    const medium = await processMedium({ type: "video", video: "single.mp4" }, testContext(folder));
    expect(medium.grid.t).toBe(1);
    expect(medium.timestamps).toEqual([0]);
    const frameLength = 16 * 16;
    expect(medium.patches.subarray(0, frameLength)).toEqual(medium.patches.subarray(frameLength, 2 * frameLength));
  });

  it("tells how many frames are done and keys what it gives", async () => {
    const steps: string[] = [];
    const context = testContext(folder, { onFrames: (done, total) => steps.push(`${done}/${total}`) });
    const first = await processMedium({ type: "video", video: "a.mp4", nframes: 4 }, context);
    expect(steps).toEqual(["1/4", "2/4", "3/4", "4/4"]);
    const again = await processMedium({ type: "video", video: join(folder, "a.mp4"), nframes: 4 }, context);
    const other = await processMedium({ type: "video", video: "a.mp4", nframes: 6 }, context);
    expect(again.key).toBe(first.key);
    expect(other.key).not.toBe(first.key);
  });
});

describe("what is refused", () => {
  it.each([
    ["audio.mp4", "video_no_stream"],
    ["cover.mp4", "video_no_stream"],
    ["odd.mkv", "video_codec"],
    ["damaged.mp4", "video_corrupt"],
    ["list.mp4", "video_format"],
    ["other.mp4", "video_format"],
    ["cover.png", "video_format"],
    ["slow.mov", "video_too_long"],
    ["missing.mp4", "media_missing"],
  ])("%s: %s", async (name, code) => {
    expect(await refusal(name)).toBe(code);
  });

  it("a clip over a limit", async () => {
    expect(await refusal("a.mp4", { limits: { ...defaultMediaLimits, videoBytes: 100 } })).toBe("media_too_large");
    expect(await refusal("a.mp4", { limits: { ...defaultMediaLimits, framePixels: 100 } })).toBe("image_too_large");
    expect(await refusal("a.mp4", { limits: { ...defaultMediaLimits, visualTokens: 10 } })).toBe("context_length_exceeded");
    const few = testContext(folder, { limits: { ...defaultMediaLimits, sampledFrames: 4 } });
    expect(await rejectionOf(processMedium({ type: "video", video: "a.mp4", nframes: 6 }, few))).toBe("video_too_many_frames");
    expect((await processMedium({ type: "video", video: "long.mp4" }, few)).grid.t).toBe(2);
  });

  it("anything without ffmpeg, and two ways to sample at once", async () => {
    expect(await refusal("a.mp4", { ffmpegPath: join(folder, "no-ffmpeg") })).toBe("ffmpeg_missing");
    const both = { type: "video", video: "a.mp4", fps: 1, nframes: 4 } as const;
    expect(await rejectionOf(processMedium(both, testContext(folder)))).toBe("video_options");
  });
});

describe("a list of frames", () => {
  const list = { type: "video", video: ["cover.png", "cover.png", "cover.png"], sample_fps: 1 } as const;

  it("repeats the last of an odd number", async () => {
    const medium = await processMedium({ ...list, video: [...list.video] }, testContext(folder));
    expect(medium.timestamps).toEqual([0.5, 2.5]);
  });

  it("is refused over the limit before a file is opened", async () => {
    const few = testContext(folder, { limits: { ...defaultMediaLimits, sampledFrames: 2 } });
    const missing = { type: "video" as const, video: ["x", "y", "z"] };
    expect(await rejectionOf(processMedium(missing, few))).toBe("video_too_many_frames");
  });
});

it("stops at once, and ffmpeg with it", async () => {
  const abort = new AbortController();
  const context = testContext(folder, { signal: abort.signal, onFrames: () => abort.abort(new Error("stopped")) });
  const part = { type: "video", video: "long.mp4", fps: 20, max_frames: 400 } as const;
  await expect(processMedium(part, context)).rejects.toThrow("stopped");
  const children = await promisify(execFile)("ps", ["-o", "args=", "--ppid", String(process.pid)]).catch(() => ({ stdout: "" }));
  expect(children.stdout).not.toContain("long.mp4");
});
