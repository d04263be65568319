import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { clip, picture, rulesOf } from "../components/settings/testing.ts";
import { EngineError } from "../inference/errors.ts";
import { checkMediaNeeds } from "./mediaNeeds.ts";
import { uploadedMediaSchema, type ChatPart, type EngineStatus, type UploadedMedia } from "./protocol.ts";
import { TestPage, TestServer, tinyPng } from "./testing/harness.ts";

const ready = (contextLength: number): EngineStatus => ({
  state: "ready",
  info: { name: "x", embedded: false, modelType: "qwen3_vl", parameters: 1, thinking: false, dtype: "fp32", device: "CPU", runtime: "none", contextLength, defaults: {}, media: rulesOf("published") },
});

function refusal(parts: readonly ChatPart[], media: readonly UploadedMedia[], { status, mediaPixels = 2e9 }: { status: EngineStatus; mediaPixels?: number }): unknown {
  try {
    checkMediaNeeds([{ role: "user", content: [...parts] }], new Map(media.map((medium) => [medium.id, medium])), { status, limits: { mediaPixels } });
    return undefined;
  } catch (fault) {
    if (fault instanceof EngineError) return { code: fault.code, params: fault.params };
    throw fault;
  }
}

const named = (medium: UploadedMedia, index: number): UploadedMedia => ({ ...medium, id: index.toString(16).padStart(64, "0") });
const shown = ({ id }: UploadedMedia): ChatPart => ({ type: "image", media: id });

test("forty pages of a PDF are taken where the context holds them, and refused with their tokens where it does not", () => {
  const pages = Array.from({ length: 40 }, (_, index) => named(picture(1275, 1650), index));
  const tokens = 40 * 40 * 52;
  expect(refusal(pages.map(shown), pages, { status: ready(262_144) })).toBeUndefined();
  expect(refusal(pages.map(shown), pages, { status: ready(tokens + 1) })).toBeUndefined();
  expect(refusal(pages.map(shown), pages, { status: ready(tokens) })).toEqual({ code: "context_length_exceeded", params: { tokens, limit: tokens } });
  // Less detail makes room.
  const coarse = pages.map((page): ChatPart => ({ type: "image", media: page.id, max_pixels: 256 * 1024 }));
  expect(refusal(coarse, pages, { status: ready(tokens) })).toBeUndefined();
});

test("what would take long to decode is refused, however small the model sees it", () => {
  const huge = Array.from({ length: 50 }, (_, index) => named(picture(8000, 6000), index));
  const small = huge.map(({ id }): ChatPart => ({ type: "image", media: id, max_pixels: 65_536 }));
  expect(refusal(small, huge, { status: ready(262_144) })).toEqual({ code: "media_pixels_exceeded", params: { megapixels: 2400, limit: 2000 } });
  expect(refusal(small.slice(0, 40), huge, { status: ready(262_144) })).toBeUndefined();
  // Also before the engine says how it sizes media; the same picture shown again is decoded once.
  const loading: EngineStatus = { state: "loading", loading: { stage: "reading", fraction: 0 } };
  expect(refusal(small, huge, { status: loading })).toMatchObject({ code: "media_pixels_exceeded" });
  expect(refusal(small.flatMap(() => small.slice(0, 1)), huge, { status: loading })).toBeUndefined();
});

test("a clip counts with the frames that are looked at, a list of frames with all of them", () => {
  const film = clip(3840, 2160, { frames: 18_000, fps: 25 });
  const part = { type: "video", media: film.id, max_pixels: 65_536 } as const;
  expect(refusal([{ ...part, fps: 1 }], [film], { status: ready(262_144) })).toMatchObject({ code: "media_pixels_exceeded", params: { megapixels: 5972 } });
  expect(refusal([{ ...part, nframes: 240 }], [film], { status: ready(262_144) })).toBeUndefined();
  const frame = picture(1920, 1080);
  const list = { type: "video", media: Array.from({ length: 600 }, () => frame.id), max_pixels: 65_536 } as const;
  expect(refusal([list], [frame], { status: ready(262_144), mediaPixels: 1e9 })).toMatchObject({ params: { megapixels: 1245, limit: 1000 } });
});

test("sizes beyond reason are refused with the figures they would have", () => {
  const one = picture(100, 100);
  expect(refusal([{ type: "image", media: one.id, min_pixels: 1e12 }], [one], { status: ready(262_144) })).toMatchObject({ code: "context_length_exceeded" });
  expect(refusal([{ type: "image", media: one.id, max_pixels: 1e12 }], [one], { status: ready(262_144) })).toBeUndefined();
});

test("the page is told the bound, and a run over it ends with the figures", async () => {
  await using server = await TestServer.start({ limits: { mediaPixels: 5000 } });
  const cookie = await server.visit();
  expect(await (await server.fetch("/api/config", cookie)).json()).toMatchObject({ limits: { mediaPixels: 5000 } });
  const parts = await Promise.all(["a", "b"].map(async (name) => shown(uploadedMediaSchema.parse(await (await server.upload(cookie, tinyPng(name), `${name}.png`)).json()))));
  await using page = await TestPage.open(server, cookie);
  const [one, two] = [randomUUID(), randomUUID()];
  page.ask(one, ...parts.slice(0, 1), "say 1");
  expect(await page.end(one)).toMatchObject({ type: "finish" });
  page.ask(two, ...parts, "say 1");
  expect(await page.end(two)).toEqual({ type: "error", error: { code: "media_pixels_exceeded", params: { megapixels: 1, limit: 0 } } });
});
