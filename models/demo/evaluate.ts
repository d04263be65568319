import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import { messageSchema, type ContentPart, type Message } from "../../inference/conversation.ts";
import { Engine } from "../../inference/index.ts";
import { dtypes } from "../../inference/model/dtypes.ts";
import { accuracyTable, replaceAccuracy, type Tally } from "./accuracyTable.ts";
import { accepts, expectationSchema } from "./expectations.ts";

/**
 * Asks the engine the held-out questions, prints how many of each kind it answers rightly, and writes that into the model card.
 *
 *     npm run -s evaluate -- [--checkpoint DIR] [--dtype TYPE] [--questions DIR] [--show-wrong]
 */

const folder = path.dirname(fileURLToPath(import.meta.url));
const card = path.join(folder, "README.md");

const maxNewTokens = 300;

const questionsSchema = z.array(z.object({ kind: z.string(), messages: z.array(messageSchema).min(1), expect: expectationSchema }));
type Question = z.infer<typeof questionsSchema>[number];

/** The same message with the paths of its media seen from the folder of the questions. */
function inFolder(message: Message, questions: string): Message {
  if (typeof message.content === "string") return message;
  return { ...message, content: message.content.map((part) => partInFolder(part, questions)) };
}

function partInFolder(part: ContentPart, questions: string): ContentPart {
  switch (part.type) {
    case "text":
      return part;
    case "image":
      return { ...part, image: path.join(questions, part.image) };
    case "video":
      return { ...part, video: typeof part.video === "string" ? path.join(questions, part.video) : part.video.map((frame) => path.join(questions, frame)) };
  }
}

async function answer(engine: Engine, messages: Message[]): Promise<string> {
  let text = "";
  const options = { sampling: { greedy: true }, max_new_tokens: maxNewTokens, stop: [], add_vision_id: false, continue_final_message: false, ignore_eos: false };
  for await (const event of engine.generate({ messages, options })) {
    if (event.type === "text") text += event.delta;
    if (event.type === "error") throw new Error(`The engine failed: ${event.error.code}`);
  }
  return text;
}

function printWrong({ kind, messages, expect }: Question, text: string): void {
  const content = messages.at(-1)?.content ?? "";
  const asked = typeof content === "string" ? content : content.map((part) => (part.type === "text" ? part.text : "")).join("");
  console.log(`- ${kind}: ${asked}\n  expected ${JSON.stringify(expect)}\n  answered ${JSON.stringify(text)}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      checkpoint: { type: "string", default: folder },
      questions: { type: "string", default: path.join(folder, "questions") },
      dtype: { type: "string", default: "auto" },
      "show-wrong": { type: "boolean", default: false },
    },
  });
  const questions = questionsSchema.parse(JSON.parse(await readFile(path.join(values.questions, "questions.json"), "utf8")));
  const dtype = z.enum(["auto", ...dtypes]).parse(values.dtype);
  await using engine = await Engine.load(values.checkpoint, { dtype });
  const tallies = new Map<string, Tally>();
  for (const question of questions) {
    const text = await answer(engine, question.messages.map((message) => inFolder(message, values.questions)));
    const right = accepts(question.expect, text);
    const tally = tallies.get(question.kind) ?? { right: 0, asked: 0 };
    tallies.set(question.kind, { right: tally.right + (right ? 1 : 0), asked: tally.asked + 1 });
    if (!right && values["show-wrong"]) printWrong(question, text);
  }
  const table = accuracyTable(tallies);
  console.log(table);
  // The card speaks of the checkpoint that lies beside it, as the demo runs it.
  if (path.resolve(values.checkpoint) === folder && dtype === "auto") await writeFile(card, replaceAccuracy(await readFile(card, "utf8"), table));
}

await main();
