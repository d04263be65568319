import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { WebSocket } from "ws";
import { serverMessageSchema, uploadedMediaSchema, type ChatPart, type ServerMessage } from "../server/protocol.ts";

/**
 * Asks a running server as the page does, greedily, and prints the answer with its figures:
 *
 *   node --import tsx scripts/askServer.ts --url http://localhost:7860 [--stop] [--expect answer] [file …] "question"
 *
 * `--stop` stops the answer at its first words and says how long that took. Fails when there is another answer than expected.
 */

const options = { url: { type: "string", default: "http://localhost:7860" }, stop: { type: "boolean", default: false }, expect: { type: "string" } } as const;
const { values, positionals } = parseArgs({ options, allowPositionals: true });
const { url: origin, stop, expect: expected } = values;
const question = positionals.at(-1) ?? "";

const visit = await fetch(`${origin}/api/config`);
const cookie = visit.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
const parts = await Promise.all(positionals.slice(0, -1).map(upload));
const answer = await ask([...parts, { type: "text", text: question }]);
if (expected !== undefined && answer !== expected) throw new Error(`Expected: ${expected}`);

async function upload(file: string): Promise<ChatPart> {
  const form = new FormData();
  form.append("file", new Blob([await readFile(file)]), basename(file));
  const response = await fetch(`${origin}/api/media`, { method: "POST", body: form, headers: { Cookie: cookie, Origin: origin } });
  if (!response.ok) throw new Error(await response.text());
  const { id, info } = uploadedMediaSchema.parse(await response.json());
  return info.kind === "image" ? { type: "image", media: id } : { type: "video", media: id };
}

async function ask(content: ChatPart[]): Promise<string> {
  const socket = new WebSocket(`${origin.replace(/^http/, "ws")}/ws`, { origin, headers: { Cookie: cookie } });
  const run = randomUUID();
  let stopped = 0;
  let pieces = 0;
  let text = "";
  const receive = (message: ServerMessage): boolean => {
    if (message.type === "refused") throw new Error(JSON.stringify(message.error));
    if (message.type !== "event") return false;
    const { event } = message;
    switch (event.type) {
      case "phase":
        return false;
      case "text":
        pieces += 1;
        text += event.delta;
        process.stdout.write(event.delta);
        if (stop && stopped === 0) {
          stopped = performance.now();
          socket.send(JSON.stringify({ type: "stop", run }));
        }
        return false;
      case "finish": {
        const { usage, timings } = event;
        const after = stopped > 0 ? `, ${(performance.now() - stopped).toFixed(0)} ms after it was stopped` : "";
        console.log(`\n[${event.reason}${after}; ${pieces} pieces; prompt ${usage.prompt_tokens} tokens, answer ${usage.completion_tokens}; first token after ${timings.first_token_ms.toFixed(0)} ms]`);
        return true;
      }
      case "error":
        throw new Error(JSON.stringify(event.error));
    }
  };
  await new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("close", (code) => reject(new Error(`The connection was closed (${code}).`)));
    socket.on("open", () => socket.send(JSON.stringify({ type: "generate", run, messages: [{ role: "user", content }], settings: { sampling: { greedy: true } } })));
    socket.on("message", (data: Buffer) => {
      try {
        if (receive(serverMessageSchema.parse(JSON.parse(data.toString("utf8"))))) resolve();
      } catch (fault) {
        reject(fault instanceof Error ? fault : new Error(String(fault)));
      }
    });
  }).finally(() => socket.terminate());
  return text;
}
