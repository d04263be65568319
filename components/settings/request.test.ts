import { describe, expect, it } from "vitest";
import { chatMessageSchema, chatSettingsSchema } from "../../server/protocol.ts";
import { toMediaPart, toRequest } from "./request.ts";
import { defaultSettings, type ConversationSettings } from "./settings.ts";
import { clip, picture, rulesOf } from "./testing.ts";

const rules = rulesOf("published");
const settings = (changes: Partial<ConversationSettings>): ConversationSettings => ({ ...defaultSettings, ...changes });
const question = (text: string, ...media: ReturnType<typeof picture>[]) => ({ role: "user", text, media }) as const;
const video = clip(640, 360, { frames: 100, fps: 10 });
const partOf = (clipSettings: ConversationSettings["clip"], medium = video) => toMediaPart(medium, settings({ clip: clipSettings }), rules);

describe("toRequest", () => {
  it("asks for nothing that is not set", () => {
    const { messages, settings: asked } = toRequest([question("Hello", picture(10, 10))], defaultSettings, rules);
    expect(messages).toEqual([{ role: "user", content: [{ type: "image", media: "a".repeat(64) }, { type: "text", text: "Hello" }] }]);
    expect(asked).toEqual({ sampling: {}, stop: [], add_vision_id: false });
  });

  it("carries the system prompt, sampling, length and stop strings", () => {
    const changes = { systemPrompt: "Be brief.", sampling: { greedy: true, seed: 3 }, maxNewTokens: 99, stop: ["\n"] };
    const { messages, settings: asked } = toRequest([question("Hello")], settings(changes), rules);
    expect(messages[0]).toEqual({ role: "system", content: [{ type: "text", text: "Be brief." }] });
    expect(asked).toEqual({ sampling: { greedy: true, seed: 3 }, stop: ["\n"], add_vision_id: false, max_new_tokens: 99 });
  });

  it("numbers media from two on, or as chosen", () => {
    const one = [question("a", picture(10, 10))];
    const two = [...one, { role: "assistant", text: "b" } as const, question("c", picture(10, 10))];
    const numbered = (turns: Parameters<typeof toRequest>[0], addVisionId?: boolean) => toRequest(turns, settings({ addVisionId }), rules).settings.add_vision_id;
    expect([numbered(one), numbered(two), numbered(one, true), numbered(two, false)]).toEqual([false, true, true, false]);
  });

  it("tells the model of its tools after the system prompt, and gives their response back as the published template does", () => {
    const tool = { name: "zoom", label: "sign", box: { x1: 0, y1: 0, x2: 1, y2: 1 }, source: "b".repeat(64) } as const;
    const turns = [question("Read it.", picture(10, 10)), { role: "assistant", text: "<tool_call>…" } as const, { ...question("", picture(10, 10)), tool }];
    const { messages, settings: asked } = toRequest(turns, settings({ systemPrompt: "Be brief.", tools: { zoom: true } }), rules);
    expect(messages[0]?.content).toEqual([{ type: "text", text: expect.stringMatching(/^Be brief\.\n\n# Tools[^]*<tools>\n\{[^\n]*"image_zoom_in_tool"[^\n]*\}\n<\/tools>/) as unknown }]);
    expect(messages.at(-1)).toEqual({ role: "user", content: [{ type: "text", text: "<tool_response>\n" }, { type: "image", media: "a".repeat(64) }, { type: "text", text: "\n</tool_response>" }] });
    // The prompt of the next step begins as the last one did.
    expect(asked.add_vision_id).toBe(false);
  });

  it("leaves out what was thought before the last question, and keeps what was thought since", () => {
    const tool = { name: "zoom", label: "", box: { x1: 0, y1: 0, x2: 1, y2: 1 }, source: "b".repeat(64) } as const;
    const thinking = { role: "assistant", text: "I look.\n</think>\n\nA sign.", thought: { prompted: true, ms: 1, tokens: 1 } } as const;
    const words = (turns: Parameters<typeof toRequest>[0]) => toRequest(turns, defaultSettings, rules).messages.map(({ content }) => content.map((part) => (part.type === "text" ? part.text : "")).join(""));
    expect(words([question("a"), thinking, question("b")])).toEqual(["a", "A sign.", "b"]);
    expect(words([question("a"), thinking, { ...question(""), tool }])).toEqual(["a", thinking.text, "<tool_response>\n\n</tool_response>"]);
    // An answer that was cut off goes on with all that it wrote.
    expect(words([question("a"), { ...thinking, text: "I lo" }])).toEqual(["a", "I lo"]);
    expect(words([question("a"), { ...thinking, text: "I lo" }, question("b")])).toEqual(["a", "b"]);
  });

  it("makes what the server takes", () => {
    const all = settings({
      ...{ systemPrompt: "x", sampling: { temperature: 0.7, top_p: 0.8, top_k: 20, presence_penalty: 1.5, seed: 1 }, maxNewTokens: 5, stop: ["a"] },
      ...{ pictureTokens: { min: 4, max: 8 }, clip: { fps: 1, maxFrames: 8, tokensPerFrame: 64, totalTokens: 300 } },
    });
    const { messages, settings: asked } = toRequest([question("Hello", picture(99, 50), video)], all, rules);
    expect(messages.map((message) => chatMessageSchema.parse(message))).toEqual(messages);
    expect(chatSettingsSchema.parse(asked)).toEqual(asked);
  });
});

describe("a picture", () => {
  it("has as many pixels as its tokens stand for", () => {
    expect(toMediaPart(picture(10, 10), settings({ pictureTokens: { min: 1024, max: 2048 } }), rules)).toMatchObject({ min_pixels: 1024 * 1024, max_pixels: 2048 * 1024 });
  });

  it("takes what was chosen for it alone", () => {
    const chosen = { ...picture(10, 10), choices: { tokens: { max: 256 } } };
    expect(toMediaPart(chosen, settings({ pictureTokens: { min: 1024 } }), rules)).toEqual({ type: "image", media: chosen.id, max_pixels: 256 * 1024 });
  });

  it("never has more at least than at most", () => {
    expect(toMediaPart(picture(10, 10), settings({ pictureTokens: { min: 100, max: 50 } }), rules)).toMatchObject({ min_pixels: 100 * 1024, max_pixels: 100 * 1024 });
  });
});

describe("a clip", () => {
  it("is sampled by rate or by number", () => {
    expect(partOf({ fps: 1.5, maxFrames: 12 })).toMatchObject({ fps: 1.5, max_frames: 12 });
    expect(partOf({ frames: 8, fps: 3 })).toEqual({ type: "video", media: video.id, nframes: 8 });
  });

  it("gives no more frames than its part has", () => {
    expect(partOf({ frames: 500 })).toMatchObject({ nframes: 100 });
    expect(partOf({ frames: 500 }, { ...video, choices: { start: 2, end: 3 } })).toEqual({ type: "video", media: video.id, nframes: 10, video_start: 2, video_end: 3 });
  });

  it("keeps to a budget that is small for its frames", () => {
    // 20 frames are 10 pairs: 300 tokens are 30 for each, below the usual 128.
    expect(partOf({ totalTokens: 300 })).toMatchObject({ total_pixels: 300 * 1024, min_pixels: 4 * 1024 });
    expect(partOf({ totalTokens: 3000 })).toEqual({ type: "video", media: video.id, total_pixels: 3000 * 1024 });
  });

  it("of pictures is its pictures", () => {
    const frames = { ...video, frames: { media: ["c".repeat(64), "d".repeat(64)], fps: 2 } };
    expect(partOf({ fps: 5, tokensPerFrame: 64 }, frames)).toEqual({ type: "video", media: frames.frames.media, sample_fps: 2, max_pixels: 64 * 1024 });
  });
});
