import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { GenerationRequest } from "../../inference/conversation.ts";
import type { GenerationEvent } from "../../inference/events.ts";
import { toWorkerSchema, type FromWorker, type ToWorker } from "../../inference/protocol.ts";

/**
 * A worker without a model, for tests of what surrounds it. It speaks inference/protocol.ts and does what the last
 * text of the conversation says:
 *
 * - `say N`: N words, one every 10 ms · `flood N`: N words of 1000 characters at once · `paths`: the paths of the media
 * - `crash`: the process ends in the middle of the answer · `hang`: it says nothing any more
 * - `compute N`: it says nothing for N ms, but that it computes
 *
 * anything else is repeated. Files named `bad*` are refused.
 */

const running = new Map<string, AbortController>();

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

async function generate(id: string, request: GenerationRequest): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  let tokens = 0;
  const pass = (event: GenerationEvent): void => send({ type: "event", id, event });
  pass({ type: "phase", phase: { name: "prefill", done: 1, total: 1 } });
  for await (const delta of answer(request)) {
    if (controller.signal.aborted) break;
    tokens += 1;
    pass({ type: "text", delta, tokens });
  }
  running.delete(id);
  pass({
    type: "finish",
    reason: controller.signal.aborted ? "abort" : "eos",
    usage: { prompt_tokens: 1, completion_tokens: tokens, image_tokens: 0, video_tokens: 0, cached_tokens: 0 },
    timings: { media_ms: 0, vision_ms: 0, prefill_ms: 0, decode_ms: 0, first_token_ms: 0, tokens_per_second: 100 },
  });
}

async function* answer(request: GenerationRequest): AsyncGenerator<string> {
  const parts = request.messages.flatMap(({ content }) => (typeof content === "string" ? [{ type: "text" as const, text: content }] : content));
  const text = parts.findLast((part) => part.type === "text")?.text ?? "";
  const [command, count] = text.split(" ");
  switch (command) {
    case "say":
      for (let index = 1; index <= Number(count); index += 1) {
        yield `word${index} `;
        await sleep(10);
      }
      return;
    case "flood":
      for (let index = 1; index <= Number(count); index += 1) {
        yield `${String(index).padStart(999, ".")} `;
        if (index % 100 === 0) await sleep(0);
      }
      return;
    case "paths":
      yield JSON.stringify(parts.flatMap((part) => (part.type === "image" ? [part.image] : part.type === "video" ? [part.video].flat() : [])));
      return;
    case "crash":
      yield "half ";
      await sleep(50);
      process.kill(process.pid, "SIGKILL");
      await sleep(10_000);
      return;
    case "compute":
      for (const end = performance.now() + Number(count); performance.now() < end; ) {
        send({ type: "beat" });
        await sleep(20);
      }
      yield "computed";
      return;
    case "hang":
      await sleep(600_000);
      return;
    default:
      yield* text.match(/\S+\s*/g) ?? [];
  }
}

function inspect(message: Extract<ToWorker, { type: "inspect" }>): void {
  const { id, name, kind, path, poster } = message;
  readFileSync(path);
  if (name.startsWith("bad")) { send({ type: "refused", id, error: { code: kind === "image" ? "image_corrupt" : "video_corrupt", params: { name } } }); return; }
  if (name.startsWith("hang")) return;
  const size = { width: 64, height: 48, resizedWidth: 64, resizedHeight: 64, tokens: 4 };
  if (kind === "image") { send({ type: "inspected", id, info: { kind, format: "png", ...size } }); return; }
  if (poster !== undefined) writeFileSync(poster, "a poster");
  send({ type: "inspected", id, info: { kind, format: "mp4", ...size, duration: 2, fps: 25, frames: 50, sampledTimes: [0, 1], hasAudio: false } });
}

function receive(raw: unknown): void {
  const message = toWorkerSchema.parse(raw);
  switch (message.type) {
    case "generate":
      return void generate(message.id, message.request);
    case "cancel":
      return running.get(message.id)?.abort();
    case "inspect":
      { inspect(message); return; }
    case "fit":
      send({ type: "refused", id: message.id, error: { code: "internal", params: {} } });
      return;
    case "count":
      // Words are its tokens.
      send({ type: "counted", id: message.id, counts: message.texts.map((text) => (text.match(/\S+/g) ?? []).length) });
      return;
    case "shutdown":
      process.exit(0);
  }
}

process.on("message", receive);
process.on("disconnect", () => process.exit(0));
process.on("SIGINT", () => undefined);

const checkpoint = process.argv[process.argv.indexOf("--checkpoint") + 1] ?? "";
if (checkpoint.endsWith("die")) process.exit(3);
if (checkpoint.endsWith("unusable")) send({ type: "unusable", error: { code: "checkpoint_corrupt", params: { file: "model.safetensors", reason: "short" } } });
else {
  send({ type: "loading", loading: { stage: "reading", fraction: 0.5 } });
  await sleep(checkpoint.endsWith("slow") ? 1000 : 20);
  send({
    type: "ready",
    info: {
      name: "fake",
      embedded: true,
      modelType: "qwen3_vl",
      parameters: 1,
      thinking: false,
      dtype: "none",
      device: "CPU",
      runtime: "none",
      contextLength: 4096,
      vocabularySize: 1000,
      defaults: {},
    },
  });
}
