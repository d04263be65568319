import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadCheckpoint } from "../checkpoint/load.ts";
import type { Checkpoint } from "../checkpoint/types.ts";
import type { Message } from "../conversation.ts";
import { EngineError } from "../errors.ts";
import { caseNames, readCase } from "../reference/read.ts";
import { buildPrompt, formatTenths, type PromptMedium } from "./prompt.ts";
import { TextTokenizer } from "./tokenizer.ts";

/** The times that a tokenized prompt shows, clip after clip. */
function timesIn(text: string): number[] {
  return [...text.matchAll(/<([0-9.]+) seconds>/g)].map(([, seconds]) => Number(seconds));
}

function optionsOf(checkpoint: Checkpoint, messages: readonly Message[], media: readonly PromptMedium[] = []) {
  const { chatTemplate: template, config } = checkpoint;
  const tokenizer = TextTokenizer.create(checkpoint.tokenizer);
  return { template, tokenizer, messages, media, addVisionId: false, mergeSize: config.vision.mergeSize, tokens: config.tokens };
}

describe("buildPrompt on the reference cases", () => {
  it.each(caseNames)("%s", async (name) => {
    const reference = readCase(name);
    using checkpoint = await loadCheckpoint(reference.checkpointFolder);
    const expected = [...reference.int32("input_ids").values];
    const times = timesIn(TextTokenizer.create(checkpoint.tokenizer).decode(expected));
    const media = reference.media.map(({ kind, grid }) => ({ kind, grid, timestamps: kind === "video" ? times.splice(0, grid.t) : [] }));
    const options = optionsOf(checkpoint, reference.description.messages, media);
    const prompt = buildPrompt({ ...options, addVisionId: reference.description.options.add_vision_id });
    expect(prompt.text).toBe(reference.description.prompt);
    expect(prompt.tokens).toEqual(expected);
  });
});

describe("buildPrompt", () => {
  let checkpoint: Checkpoint;
  beforeAll(async () => {
    checkpoint = await loadCheckpoint(readCase("text").checkpointFolder);
  });
  afterAll(() => {
    checkpoint[Symbol.dispose]();
  });

  const specialText = "<|im_end|><|image_pad|><|video_pad|><|vision_start|>";

  it("takes special tokens in messages for text, also over the border of two parts", () => {
    const parts = [specialText, "<", "|im_end|>", "<|im_", "start|>", " <think>\uE000"];
    const messages: Message[] = [
      { role: "system", content: specialText },
      { role: "user", content: parts.map((text) => ({ type: "text", text })) },
    ];
    const options = optionsOf(checkpoint, messages);
    const { text, tokens } = buildPrompt(options);
    expect(text).toContain(`<|im_start|>user\n${parts.join("")}<|im_end|>\n`);
    const special = tokens.filter((token) => options.tokenizer.isSpecial(token)).map((token) => options.tokenizer.addedText(token));
    expect(special).toEqual(["<|im_start|>", "<|im_end|>", "<|im_start|>", "<|im_end|>", "<|im_start|>"]);
    expect(options.tokenizer.decode(tokens)).toBe(`system\n${specialText}\nuser\n${parts.join("")}\nassistant\n`);
    // What is added but not special stays a token, as in the reference.
    expect(tokens).toContain(2046);
  });

  it("takes special tokens in the ids of calls for text, where a template shows them", () => {
    const template = "{% for message in messages %}{{ message.content }}{% for call in message.tool_calls or [] %}{{ call.id }}{% endfor %}{{ message.tool_call_id or '' }}{% endfor %}";
    const messages: Message[] = [
      { role: "assistant", content: "", tool_calls: [{ id: specialText, name: "a", arguments: {} }] },
      { role: "tool", content: "b", tool_call_id: specialText },
    ];
    const options = { ...optionsOf(checkpoint, messages), template };
    const { text, tokens } = buildPrompt(options);
    expect(text).toBe(`${specialText}b${specialText}`);
    expect(tokens.filter((token) => options.tokenizer.isSpecial(token))).toEqual([]);
  });

  it("tokenizes a text without special tokens as the whole string would be", () => {
    const messages: Message[] = [{ role: "user", content: "\n a < b | c\n\n" }];
    const options = optionsOf(checkpoint, messages);
    const { text, tokens } = buildPrompt(options);
    expect(tokens).toEqual(options.tokenizer.encode(text));
  });

  it("goes on with an answer that was cut off, as continue_final_message of transformers does", () => {
    // apply_chat_template(messages, continue_final_message=True) of transformers 5.23 with this template.
    const expected = "<|im_start|>user\nCount.<|im_end|>\n<|im_start|>assistant\nOne, two,  ";
    const messages: Message[] = [
      { role: "user", content: "Count." },
      { role: "assistant", content: [{ type: "text", text: "One, " }, { type: "text", text: "two,  " }] },
    ];
    const options = optionsOf(checkpoint, messages);
    const { text, tokens } = buildPrompt({ ...options, continueFinalMessage: true });
    expect(text).toBe(expected);
    expect(tokens).toEqual(options.tokenizer.encode(expected));
    expect(buildPrompt(options).text).toBe(`${expected}<|im_end|>\n<|im_start|>assistant\n`);
  });

  it("keeps special tokens within a continued answer text", () => {
    const messages: Message[] = [{ role: "user", content: "x" }, { role: "assistant", content: "a<|im_end|>" }];
    const options = optionsOf(checkpoint, messages);
    const { tokens } = buildPrompt({ ...options, continueFinalMessage: true });
    expect(tokens.filter((token) => options.tokenizer.isSpecial(token))).toHaveLength(3);
  });

  it("goes on only with the text of an answer", () => {
    const asked: Message = { role: "user", content: "x" };
    const begun: Message[] = [{ role: "assistant", content: "" }, { role: "assistant", content: [{ type: "image", image: "a.png" }] }, asked];
    for (const last of begun) {
      expect(() => buildPrompt({ ...optionsOf(checkpoint, [asked, last]), continueFinalMessage: true })).toThrow("invalid_request");
    }
  });

  it("refuses media that the template does not show where they stand", () => {
    const picture: PromptMedium = { kind: "image", grid: { t: 1, h: 4, w: 4 }, timestamps: [] };
    const clip: PromptMedium = { kind: "video", grid: { t: 1, h: 4, w: 4 }, timestamps: [0.5] };
    const messages: Message[] = [{ role: "user", content: [{ type: "image", image: "a.png" }] }];
    expect(buildPrompt(optionsOf(checkpoint, messages, [picture])).tokens.filter((token) => token === checkpoint.config.tokens.image)).toHaveLength(4);
    for (const media of [[], [clip], [picture, picture]]) {
      expect(() => buildPrompt(optionsOf(checkpoint, messages, media))).toThrow(EngineError);
    }
  });

  it("says so when the template refuses", () => {
    const options = optionsOf(checkpoint, [{ role: "user", content: "x" }]);
    expect(() => buildPrompt({ ...options, template: "{{ raise_exception('no') }}" })).toThrow("invalid_request");
    expect(() => buildPrompt({ ...options, template: "{% if %}" })).toThrow("checkpoint_corrupt");
  });

  it("takes a long text of nothing but placeholders", () => {
    const messages: Message[] = [{ role: "user", content: "<|image_pad|>".repeat(20_000) }];
    const { tokens } = buildPrompt(optionsOf(checkpoint, messages));
    expect(tokens.length).toBeGreaterThan(20_000);
    expect(tokens).not.toContain(checkpoint.config.tokens.image);
  });
});

describe("formatTenths", () => {
  it("rounds as Python's format does", () => {
    // python3 -c "print([f'{t:.1f}' for t in (0, .05, .15, .25, .35, .45, .75, 1.25, 2.25, 2.75, 9.95, 3599.95, 1/3)])"
    const times = [0, 0.05, 0.15, 0.25, 0.35, 0.45, 0.75, 1.25, 2.25, 2.75, 9.95, 3599.95, 1 / 3];
    const expected = ["0.0", "0.1", "0.1", "0.2", "0.3", "0.5", "0.8", "1.2", "2.2", "2.8", "9.9", "3599.9", "0.3"];
    expect(times.map(formatTenths)).toEqual(expected);
  });
});
