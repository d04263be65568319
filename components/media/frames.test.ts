import { expect, it } from "vitest";
import { uploadedMediaSchema, type UploadedMedia } from "../../server/protocol.ts";
import { clipOfPictures, looksLikeFrames } from "./frames.ts";
import { UploadError } from "./upload.ts";

const picture = (id: string, width = 640): UploadedMedia => ({
  id: id.repeat(64),
  name: `${id}.png`,
  bytes: 10,
  mime: "image/png",
  info: { kind: "image", format: "png", width, height: 480, resizedWidth: 640, resizedHeight: 480, tokens: 300 },
});

it("makes one clip of pictures, which names them in their order", () => {
  const clip = clipOfPictures([picture("b"), picture("a"), picture("c")], { name: "walk", fps: 4 });
  expect(uploadedMediaSchema.parse(clip)).toEqual(clip);
  expect(clip).toMatchObject({ id: "b".repeat(64), name: "walk", bytes: 30, frames: { media: ["b", "a", "c"].map((id) => id.repeat(64)), fps: 4 } });
  // Three frames are two pairs.
  expect(clip.info).toMatchObject({ kind: "video", duration: 0.75, fps: 4, frames: 3, sampledTimes: [0, 0.25, 0.5], tokens: 600, hasAudio: false });
});

it("names the picture that has another size", () => {
  const join = () => clipOfPictures([picture("a"), picture("b", 320)], { name: "walk", fps: 2 });
  expect(join).toThrow(UploadError);
  expect(join).toThrow("frames_differ");
});

it("knows frames by names that differ in their last number only", () => {
  const files = (...names: string[]) => names.map((name) => ({ name, type: "image/png" }));
  expect(looksLikeFrames(files("take2_001.png", "take2_002.png", "take2_003.png", "take2_004.png"))).toBe(true);
  expect(looksLikeFrames(files("a.png", "b.png", "c.png", "d.png"))).toBe(false);
  expect(looksLikeFrames(files("1.png", "2.png", "3.png"))).toBe(false);
  expect(looksLikeFrames([...files("1.png", "2.png", "3.png"), { name: "4.mp4", type: "video/mp4" }])).toBe(false);
});
