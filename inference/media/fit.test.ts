import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { publishedProcessors } from "../checkpoint/readProcessors.ts";
import { mediaContext } from "../engine/mediaContext.ts";
import { readEnvironment } from "../environment.ts";
import { probeClip } from "./clip.ts";
import { clipCost, mediaRules } from "./cost.ts";
import { findFfmpeg } from "./ffmpeg.ts";
import { fitMedium } from "./fit.ts";

const samples = join(import.meta.dirname, "..", "reference", "media");
const context = mediaContext(publishedProcessors, samples, readEnvironment());

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fit-test-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("a picture gets the size that its options ask for, and a second pass leaves it as it is", async () => {
  const once = await fitMedium({ type: "image", image: "photo.png", max_pixels: 40 * 1024, min_pixels: 4 * 1024 }, { form: "clip", folder }, context);
  const [file = ""] = once.files;
  const first = await sharp(await readFile(file)).metadata();
  expect(once.mime).toBe("image/png");
  expect((first.width * first.height) / 1024).toBeLessThanOrEqual(40);
  expect([first.width % 32, first.height % 32]).toEqual([0, 0]);
  const before = await sharp(await readFile(file)).raw().toBuffer();
  const again = await fitMedium({ type: "image", image: file, max_pixels: 40 * 1024, min_pixels: 4 * 1024 }, { form: "clip", folder: await mkdtemp(join(folder, "again-")) }, context);
  expect((await sharp(await readFile(again.files[0] ?? "")).raw().toBuffer()).equals(before)).toBe(true);
});

test("a clip keeps the frames that are looked at, at their rate and size", async () => {
  const part = { type: "video", video: "clip.mp4", fps: 1, video_start: 1 } as const;
  const { files, mime, frames } = await fitMedium(part, { form: "clip", folder }, context);
  expect({ mime, count: files.length }).toEqual({ mime: "video/mp4", count: 1 });
  const info = await probeClip(await findFfmpeg(undefined), { path: files[0] ?? "", name: "fitted" }, context);
  const source = { width: 320, height: 240, name: "clip", ...(await probeClip(await findFfmpeg(undefined), { path: join(samples, "clip.mp4"), name: "clip" }, context)) };
  const { times } = clipCost(part, source, mediaRules(context));
  expect(frames?.times).toEqual([...times]);
  expect(info.frames).toBe(times.length);
  expect(info.fps).toBeCloseTo(frames?.rate ?? 0, 3);
  // What the frames show where: their times in the file are those in the clip, from the first one on.
  expect(times.map((time) => time - (times[0] ?? 0)).at(-1)).toBeCloseTo((info.frames - 1) / info.fps, 2);
});

test("a clip as frames, and a list of frames", async () => {
  const clip = await fitMedium({ type: "video", video: "clip.mp4", nframes: 6 }, { form: "frames", folder }, context);
  expect(clip.files).toHaveLength(6);
  expect((await sharp(await readFile(clip.files[5] ?? "")).metadata()).format).toBe("jpeg");
  const listed = await fitMedium({ type: "video", video: ["frame0.png", "frame1.png", "frame2.png"], sample_fps: 4 }, { form: "frames", folder: await mkdtemp(join(folder, "list-")) }, context);
  expect(listed.frames).toEqual({ rate: 4, times: [0, 0.25, 0.5] });
});
