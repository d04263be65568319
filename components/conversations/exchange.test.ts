import { describe, expect, it } from "vitest";
import { finish, picture } from "../chat/testing.ts";
import { newAnswer, newQuestion, type Turn } from "../chat/turns.ts";
import { newConversation } from "./conversation.ts";
import { fileName, toJsonFile, toMarkdown } from "./exportFile.ts";
import { ImportError, readFile } from "./importFile.ts";
import { shownBranch, treeOf } from "./tree.ts";

const run = "11111111-1111-4111-8111-111111111111";
const again = "22222222-2222-4222-8222-222222222222";
const ended = finish("eos");
const finished = ended.type === "finish" ? ({ name: "finished", reason: ended.reason, usage: ended.usage, timings: ended.timings } as const) : undefined;
const question = newQuestion({ parent: "talk", created: 1 }, { text: "What is this?\n## Assistant\n<b>", media: [picture] });
const turns: Turn[] = [
  question,
  { ...newAnswer({ parent: question.id, created: 2 }, run), text: "A circle.", ...(finished && { state: finished }) },
  { ...newAnswer({ parent: question.id, created: 3 }, again), text: "Half" },
];
const conversation = { ...newConversation("talk", 1), title: "Shapes / 1", pinned: true, chosen: { talk: question.id, [question.id]: run } };
const bytes = new Blob([Uint8Array.from({ length: 70_000 }, (_, index) => index % 256)], { type: "image/png" });
const words = { you: "You", assistant: "Assistant", medium: (name: string) => `Attachment: ${name}` };

function faultOf(text: string): string | undefined {
  try {
    readFile("file.json", text, 0);
  } catch (fault) {
    return fault instanceof ImportError ? fault.fault : String(fault);
  }
  return undefined;
}

describe("a JSON file", () => {
  it("gives back whole conversations with their media, under new ids", async () => {
    const file = await toJsonFile([{ conversation, turns }], () => Promise.resolve(bytes));
    const { conversations, media, skipped } = readFile("file.json", await file.text(), 9);
    expect(skipped).toBe(0);
    const [taken] = conversations;
    if (!taken) throw new Error("nothing was taken");
    expect(taken.conversation).toMatchObject({ title: "Shapes / 1", pinned: true });
    expect(taken.conversation.id).not.toBe("talk");
    const shown = shownBranch(treeOf(taken.turns), taken.conversation.id, taken.conversation.chosen);
    expect(shown.turns).toMatchObject([{ text: question.text, media: [picture] }, { text: "A circle.", state: { name: "finished" } }]);
    expect([...shown.siblings.values()].map((ids) => ids.length)).toEqual([2]);
    // Nobody makes the other answer any more.
    expect(taken.turns.at(-1)).toMatchObject({ text: "Half", state: { name: "interrupted" } });
    expect(media.map(({ id, name }) => [id, name])).toEqual([[picture.id, picture.name]]);
    expect(new Uint8Array((await media[0]?.bytes.arrayBuffer()) ?? new ArrayBuffer())).toEqual(new Uint8Array(await bytes.arrayBuffer()));
  });

  it("may hold parts that nobody can read", async () => {
    const file = await toJsonFile([{ conversation, turns }], () => Promise.resolve(bytes));
    const json = JSON.parse(await file.text()) as { conversations: { turns: unknown[] }[]; media: unknown[] };
    json.conversations[0]?.turns.splice(0, 1, { role: "ghost" });
    json.conversations.push({ turns: [] });
    json.media.push({ id: "no hash" });
    const { conversations, skipped } = readFile("file.json", JSON.stringify(json), 9);
    expect([conversations.length, skipped]).toEqual([1, 2]);
    // What followed the lost message begins the conversation now.
    expect(conversations[0]?.turns.every(({ parent }) => parent === conversations[0]?.conversation.id)).toBe(true);
  });

  it("is refused with the reason", () => {
    expect(faultOf('{"format": "qwen3-vl-conv')).toBe("unreadable");
    expect(faultOf('{"some": "thing"}')).toBe("unknown");
    expect(faultOf('{"format": "qwen3-vl-conversations", "version": 99, "conversations": []}')).toBe("newer");
    expect(faultOf('{"format": "qwen3-vl-conversations", "version": 1, "conversations": []}')).toBe("empty");
    expect(faultOf("Just some text.")).toBe("unknown");
    expect(faultOf("[1, 2]")).toBe("empty");
  });

  it("may be a list of messages of another program", () => {
    const messages = [{ role: "system", content: "x" }, { role: "user", content: [{ type: "text", text: "Hello" }, { type: "image_url" }] }, { role: "assistant", content: "Hi." }];
    for (const json of [messages, { model: "m", messages }]) {
      const { conversations, skipped } = readFile("chat.json", JSON.stringify(json), 9);
      expect([conversations[0]?.conversation.title, conversations[0]?.turns.map(({ text }) => text), skipped]).toEqual(["Hello", ["Hello", "Hi."], 1]);
    }
  });
});

describe("a Markdown file", () => {
  it("is for reading, and gives back the words of the branch", () => {
    const markdown = toMarkdown(conversation.title, turns.slice(0, 2), words);
    expect(markdown).toContain("## You\n\n*Attachment: circle.png*\n\nWhat is this?");
    const { conversations } = readFile("file.md", markdown.replaceAll("\n", "\r\n"), 9);
    expect(conversations[0]?.conversation.title).toBe("Shapes / 1");
    // A heading within a message is none between messages.
    expect(conversations[0]?.turns).toMatchObject([
      { role: "user", text: `*Attachment: circle.png*\n\n${question.text}` },
      { role: "assistant", text: "A circle.", state: { name: "edited" } },
    ]);
  });

  it("may be written by hand", () => {
    const { conversations } = readFile("My talk.md", "## User\nHello\n\n## Assistant\nHi.\n", 9);
    expect([conversations[0]?.conversation.title, conversations[0]?.turns.map(({ role, text }) => [role, text])]).toEqual(["My talk", [["user", "Hello"], ["assistant", "Hi."]]]);
  });
});

describe("fileName", () => {
  it("is one that every file system takes", () => {
    expect(fileName('a/b: "c"\n?', "md")).toBe("a b c.md");
    expect(fileName("***", "json")).toBe("conversation.json");
    expect(fileName("图片", "md")).toBe("图片.md");
  });
});
