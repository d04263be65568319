import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { en } from "../components/i18n/en.ts";
import { zh } from "../components/i18n/zh.ts";
import { loadCheckpoint } from "../inference/checkpoint/load.ts";
import { embeddedCheckpoint } from "../inference/embedded.ts";
import { mediaContext } from "../inference/engine/mediaContext.ts";
import { readEnvironment } from "../inference/environment.ts";
import { toWireError } from "../inference/errors.ts";
import { shapes } from "./hostileAnswers.ts";
import type { GenerationRequest } from "../inference/conversation.ts";
import type { GenerationEvent } from "../inference/events.ts";
import { inspectMedium } from "../inference/media/inspect.ts";
import { toWorkerSchema, type FromWorker, type ToWorker } from "../inference/protocol.ts";
import { charactersPerToken, longAnswer, longLine, longTable } from "./longAnswers.ts";
import { countTokens } from "../inference/text/countTokens.ts";
import { TextTokenizer } from "../inference/text/tokenizer.ts";

/**
 * A worker that looks at pictures and clips as the real one does, and answers "recite NAME" with the words of
 * e2e/answers/NAME.md, piece by piece: answers in forms that the embedded model does not write. After n responses of a tool
 * these are the words of NAME-n.md, where there is such a file. A question of the gallery is answered with gallery-ID.md,
 * "recite shape-N" with a shape of hostileAnswers.ts. Anything else is repeated. "recite NAME at RATE" keeps a rate, in tokens a
 * second.
 */

/** Answers that are made, not read. */
const made: Readonly<Record<string, () => string>> = { "long-answer": longAnswer, "long-line": longLine, "long-table": longTable };

/** Characters that come at once, and milliseconds between them, where no rate was asked for. */
const smallestPiece = 16;
const pause = 10;
/** Long answers come in larger pieces, and no more than so many. */
const mostPieces = 60;

const running = new Map<string, AbortController>();

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

interface Recital {
  text: string;
  /** Tokens a second. */
  rate: number | undefined;
}

async function answerTo({ messages }: GenerationRequest): Promise<Recital> {
  const said = messages.flatMap(({ role, content }) => {
    if (role !== "user") return [];
    return typeof content === "string" ? [content] : [content.map((part) => (part.type === "text" ? part.text : "")).join("")];
  });
  const question = said.findLastIndex((text) => !text.startsWith("<tool_response>"));
  const text = said[question] ?? "";
  const [, name = galleryName(text), asked] = /^recite ([\w-]+)(?: at (\d+))?$/.exec(text.trim()) ?? [];
  const rate = asked === undefined ? undefined : Number(asked);
  if (name === undefined) return { text, rate };
  const madeText = made[name]?.();
  if (madeText !== undefined) return { text: madeText, rate };
  const shape = /^shape-(\d+)$/.exec(name)?.[1];
  if (shape !== undefined) return { text: shapes()[Number(shape)]?.answer ?? "", rate };
  const file = (suffix: string) => readFile(path.join(import.meta.dirname, "answers", `${name}${suffix}.md`), "utf8");
  const steps = said.length - 1 - question;
  return { text: await (steps === 0 ? file("") : file(`-${steps}`).catch(() => file(""))), rate };
}

function galleryName(question: string): string | undefined {
  const asked = [en, zh].flatMap(({ gallery }) => Object.entries(gallery.examples)).find(([, { prompt }]) => prompt === question.trim());
  return asked && `gallery-${asked[0]}`;
}

async function generate(id: string, request: GenerationRequest): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  const pass = (event: GenerationEvent): void => send({ type: "event", id, event });
  const { text: whole, rate } = await answerTo(request);
  const text = whole.trimEnd();
  const begun = performance.now();
  const piece = Math.max(smallestPiece, Math.ceil(text.length / mostPieces));
  let tokens = 0;
  for (let start = 0; start < text.length && !controller.signal.aborted; ) {
    // A timer may come late: what is due by then comes at once.
    const due = rate === undefined ? start + piece : Math.ceil(((performance.now() - begun) / 1000) * rate * charactersPerToken);
    const end = Math.max(due, start + 1);
    tokens = rate === undefined ? tokens + 1 : Math.ceil(end / charactersPerToken);
    pass({ type: "text", delta: text.slice(start, end), tokens });
    start = end;
    await sleep(rate === undefined ? pause : 1000 / Math.min(rate, 1000));
  }
  running.delete(id);
  pass({
    type: "finish",
    reason: controller.signal.aborted ? "abort" : "eos",
    usage: { prompt_tokens: 1, completion_tokens: tokens, image_tokens: 0, video_tokens: 0, cached_tokens: 0 },
    timings: { media_ms: 0, vision_ms: 0, prefill_ms: 0, decode_ms: 0, first_token_ms: 0, tokens_per_second: 100 },
  });
}

const checkpoint = await loadCheckpoint(embeddedCheckpoint);
const tokenizer = TextTokenizer.create(checkpoint.tokenizer);

async function handle(message: ToWorker): Promise<void> {
  switch (message.type) {
    case "generate":
      return generate(message.id, message.request);
    case "cancel":
      return running.get(message.id)?.abort();
    case "inspect": {
      const context = mediaContext(checkpoint, path.dirname(message.path), readEnvironment());
      send({ type: "inspected", id: message.id, info: await inspectMedium(message, context, message.poster) });
      return;
    }
    case "fit":
      send({ type: "refused", id: message.id, error: { code: "internal", params: {} } });
      return;
    case "count":
      send({ type: "counted", id: message.id, counts: await countTokens(tokenizer, message.texts) });
      return;
    case "shutdown":
      process.exit(0);
  }
}

process.on("message", (raw) => {
  const message = toWorkerSchema.parse(raw);
  handle(message).catch((fault: unknown) => "id" in message && send({ type: "refused", id: message.id, error: toWireError(fault) }));
});
process.on("disconnect", () => process.exit(0));
process.on("SIGINT", () => undefined);

send({
  type: "ready",
  info: {
    name: "Recited answers",
    embedded: false,
    modelType: "qwen3_vl",
    parameters: 1,
    thinking: false,
    dtype: "none",
    device: "CPU",
    runtime: "none",
    contextLength: 32_768,
    defaults: {},
  },
});
