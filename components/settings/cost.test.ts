import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MediaContext } from "../../inference/media/context.ts";
import { findFfmpeg } from "../../inference/media/ffmpeg.ts";
import { inspectMedium } from "../../inference/media/inspect.ts";
import { processMedium } from "../../inference/media/process.ts";
import { testContext } from "../../inference/media/testContext.ts";
import type { UploadedMedia } from "../../server/protocol.ts";
import { costOfMedium, decodedPixelsOf, draftUse, fullnessOf, pastUse, textsToCount, type CostOrFault, type UsedTurn } from "./cost.ts";
import { toMediaPart, type MediaPart } from "./request.ts";
import { defaultSettings, type ConversationSettings } from "./settings.ts";
import { clip, picture, processors, rulesOf } from "./testing.ts";

/** Media that the engine itself cuts into patches, beside the figures that the page computes for them. */

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cost-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

type Kind = keyof typeof processors;
const contextOf = (kind: Kind): MediaContext => testContext(folder, { processors: processors[kind] });
const settings = (changes: Partial<ConversationSettings>): ConversationSettings => ({ ...defaultSettings, ...changes });

function figures(cost: CostOrFault) {
  return "error" in cost ? cost : { size: cost.size, tokens: cost.tokens };
}

/** What the engine makes of it. */
async function seen(part: MediaPart, file: string, kind: Kind) {
  const { grid, timestamps } = await processMedium(part.type === "image" ? { ...part, image: file } : { ...part, video: file }, contextOf(kind));
  return { size: { width: grid.w * 16, height: grid.h * 16 }, tokens: (grid.t * grid.h * grid.w) / 4, timestamps };
}

describe("a picture costs what the engine will make of it", () => {
  const sizes = [[1, 1], [31, 33], [100, 75], [255, 257], [640, 480], [1023, 511], [1200, 40], [33, 2000]] as const;
  const budgets: ConversationSettings["pictureTokens"][] = [{}, { max: 64 }, { min: 256 }, { min: 100, max: 120 }];
  const cases = (["published", "embedded"] as const).flatMap((kind) => budgets.map((budget) => ({ kind, budget })));

  it.each(cases)("$kind, $budget", async ({ kind, budget }) => {
    for (const [width, height] of sizes) {
      const file = join(folder, `${width}x${height}.png`);
      await sharp({ create: { width, height, channels: 3, background: "#888" } }).png().toFile(file);
      const chosen = settings({ pictureTokens: budget });
      const medium = picture(width, height);
      const { size, tokens } = await seen(toMediaPart(medium, chosen, rulesOf(kind)), file, kind);
      expect(figures(costOfMedium(medium, chosen, rulesOf(kind)))).toEqual({ size, tokens });
    }
  });
});

describe("a clip costs what the engine will make of it", () => {
  const clips = [{ size: "64x48", rate: 10, seconds: 3 }, { size: "160x96", rate: 7, seconds: 2 }, { size: "320x180", rate: 25, seconds: 1 }] as const;
  const wishes: Pick<ConversationSettings, "clip">["clip"][] = [{}, { fps: 1 }, { fps: 5, maxFrames: 6 }, { frames: 9 }, { frames: 400 }, { tokensPerFrame: 12 }, { fps: 4, totalTokens: 100 }];
  const media = new Map<string, UploadedMedia>();

  beforeAll(async () => {
    const ffmpeg = await findFfmpeg();
    for (const { size, rate, seconds } of clips) {
      const name = `${size}.mp4`;
      const input = ["-f", "lavfi", "-i", `testsrc=s=${size}:r=${rate}:d=${seconds}`];
      await promisify(execFile)(ffmpeg, ["-v", "error", "-y", ...input, "-pix_fmt", "yuv420p", "-c:v", "libx264", name], { cwd: folder });
      const info = await inspectMedium({ path: join(folder, name), name, kind: "video" }, contextOf("embedded"));
      media.set(name, { id: "a".repeat(64), name, bytes: 1, mime: "video/mp4", info });
    }
  });

  it.each(wishes.map((wish) => ({ wish })))("$wish", async ({ wish }) => {
    for (const kind of ["published", "embedded"] as const) {
      for (const [name, whole] of media) {
        for (const choices of [{}, { start: 0.3, end: 0.9 }]) {
          const medium = { ...whole, choices };
          const chosen = settings({ clip: wish });
          const { size, tokens, timestamps } = await seen(toMediaPart(medium, chosen, rulesOf(kind)), join(folder, name), kind);
          const cost = costOfMedium(medium, chosen, rulesOf(kind));
          expect(figures(cost)).toEqual({ size, tokens });
          if (!("error" in cost)) expect(Math.ceil(cost.times.length / 2)).toBe(timestamps.length);
        }
      }
    }
  });

  it("is said to be refused with the engine's reason", () => {
    const medium = { ...clip(64, 64, { frames: 30, fps: 10 }), choices: { start: 2, end: 2.05 } };
    expect(costOfMedium(medium, defaultSettings, rulesOf("published"))).toMatchObject({ error: { code: "video_range" } });
    expect(costOfMedium(picture(4000, 10), defaultSettings, rulesOf("published"))).toMatchObject({ error: { code: "aspect_ratio" } });
  });

  it("keeps to a budget that is small for so many frames", () => {
    const cost = costOfMedium(clip(1280, 720, { frames: 1000, fps: 10 }), settings({ clip: { totalTokens: 1000 } }), rulesOf("published"));
    expect("tokens" in cost && cost.tokens).toBeLessThanOrEqual(1000);
  });
});

describe("the context", () => {
  const context = { settings: defaultSettings, rules: rulesOf("embedded") };
  const usage = { prompt_tokens: 100, completion_tokens: 20, image_tokens: 64, video_tokens: 0, cached_tokens: 0 };
  const asked: UsedTurn = { role: "user", text: "What is this?", media: [picture(256, 256)] };
  const answered: UsedTurn = { role: "assistant", text: "A star.", usage };

  it("holds the words that the engine has counted, and media under the settings of now", () => {
    expect(pastUse([asked, answered], context)).toEqual({ words: 57, media: 64, count: 1 });
    const smaller = { ...context, settings: settings({ pictureTokens: { max: 16 } }) };
    expect(pastUse([asked, answered], smaller)).toEqual({ words: 57, media: 16, count: 1 });
  });

  it("estimates what was not answered", () => {
    const { words } = pastUse([asked, answered, { role: "user", text: "And what colour does it have?", media: [] }], context);
    expect(words).toBeGreaterThan(57 + 6);
    expect(words).toBeLessThan(57 + 20);
  });

  it("has a part for the message that is being written", () => {
    expect(draftUse({ role: "user", text: "", media: [] }, 0, context)).toEqual({ draftWords: 0, draftMedia: 0 });
    const alone = draftUse({ role: "user", text: "", media: [picture(256, 256)] }, 0, context);
    expect(alone.draftMedia).toBe(64);
    // The second picture is numbered.
    expect(draftUse({ role: "user", text: "", media: [picture(256, 256)] }, 1, context).draftWords).toBeGreaterThan(alone.draftWords);
  });

  it("says how many pixels are decoded: of a clip those of the frames that are looked at, of the same medium once", () => {
    const film = clip(100, 50, { frames: 1000, fps: 10 });
    const some = { ...context, settings: settings({ clip: { frames: 8 } }) };
    expect(decodedPixelsOf([film, film, picture(30, 20)], some)).toBe(8 * 100 * 50 + 600);
    const list = { ...film, frames: { media: ["a", "b", "c"].map((sign) => sign.repeat(64)), fps: 2 } };
    expect(decodedPixelsOf([list], some)).toBe(3 * 100 * 50);
  });

  it("asks for the counts of what is not counted yet", () => {
    const draft = { role: "user", text: "new", media: [] } as const;
    const texts = (turns: readonly UsedTurn[], text = "new") => textsToCount(turns, { ...draft, text }, settings({ systemPrompt: "Be brief." }));
    expect(texts([asked, answered])).toEqual(["system", "user", "assistant", "Picture 1: ", "new"]);
    expect(texts([asked, answered], "")).toEqual([]);
    expect(texts([asked])).toEqual(["system", "user", "assistant", "Picture 1: ", "Be brief.", "What is this?", "new"]);
  });

  it("is roomy, tight or full", () => {
    const of = (used: number, maxNewTokens?: number) => fullnessOf({ used, limit: 1000 }, { maxNewTokens });
    expect([of(500), of(900), of(900, 50), of(1000)]).toEqual(["roomy", "tight", "roomy", "full"]);
  });
});
