import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

/** The conversations of models/demo/choose_media.py with the answers of models/demo/record.py. */

export const mediaFolder = path.join(import.meta.dirname, "media");

const partSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("image"), image: z.string() }),
  z.object({ type: z.literal("video"), video: z.string() }),
]);
const conversationsSchema = z.array(
  z.object({ name: z.string(), messages: z.array(z.object({ role: z.literal("user"), content: z.array(partSchema) })).min(1) }),
);
const expectedSchema = z.object({ answers: z.record(z.string(), z.array(z.object({ text: z.string(), prompt_tokens: z.number() }))) });

export interface RecordedTurn {
  /** Paths of the media that are sent with the text. */
  files: readonly string[];
  text: string;
  /** What the reference answers. */
  answer: string;
}

export interface RecordedConversation {
  name: string;
  turns: readonly [RecordedTurn, ...RecordedTurn[]];
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(path.join(mediaFolder, name), "utf8"));
}

function readRecorded(): RecordedConversation[] {
  const { answers } = expectedSchema.parse(readJson("expected.json"));
  return conversationsSchema.parse(readJson("conversations.json")).map(({ name, messages }) => {
    const turns = messages.map(({ content }, index): RecordedTurn => {
      const answer = answers[name]?.[index];
      if (answer === undefined) throw new Error(`No answer to ${name} is recorded: run models/demo/record.py.`);
      const files = content.flatMap((part) => (part.type === "text" ? [] : [part.type === "image" ? part.image : part.video]));
      const text = content.map((part) => (part.type === "text" ? part.text : "")).join("");
      return { files: files.map((file) => path.join(mediaFolder, file)), text, answer: answer.text };
    });
    const [first, ...others] = turns;
    if (first === undefined) throw new Error(`The conversation ${name} is empty.`);
    return { name, turns: [first, ...others] };
  });
}

export const recorded: readonly RecordedConversation[] = readRecorded();

/** The first recorded conversation that starts with one of these names. @throws Error when there is none. */
export function conversation(...names: readonly string[]): RecordedConversation {
  const found = names.map((name) => recorded.find((candidate) => candidate.name === name)).find((candidate) => candidate !== undefined);
  if (found === undefined) throw new Error(`None of the conversations ${names.join(", ")} is recorded.`);
  return found;
}
