import { randomUUID } from "node:crypto";
import { openAsBlob } from "node:fs";
import { basename } from "node:path";
import WebSocket from "ws";
import { type ClientMessage, serverMessageSchema, uploadedMediaSchema } from "../server/protocol.ts";

/**
 * node --import tsx docker/ask.ts SERVER FILE QUESTION [ANSWER]: asks a running server about a picture or clip, over HTTP and
 * WebSocket as the page does, and prints the answer. Fails when that is not ANSWER.
 */
const [server = "", file = "", question = "", expected] = process.argv.slice(2);

const page = await fetch(new URL("/api/config", server));
const cookie = page.headers.getSetCookie().map((text) => text.split(";", 1)[0]).join("; ");
const origin = new URL(server).origin;

const form = new FormData();
form.append("file", await openAsBlob(file), basename(file));
const upload = await fetch(new URL("/api/media", server), { method: "POST", body: form, headers: { cookie, origin } });
if (!upload.ok) throw new Error(`The upload was answered with ${upload.status}: ${await upload.text()}`);
const { id, info } = uploadedMediaSchema.parse(await upload.json());

const run = randomUUID();
const request: ClientMessage = {
  type: "generate",
  run,
  messages: [{ role: "user", content: [{ type: info.kind, media: id }, { type: "text", text: question }] }],
  settings: { sampling: { greedy: true }, stop: [], add_vision_id: false },
};
const answer = await new Promise<string>((resolve, reject) => {
  const socket = new WebSocket(new URL("/ws", server), { origin, headers: { cookie } });
  let text = "";
  socket.on("open", () => socket.send(JSON.stringify(request)));
  socket.on("error", reject);
  socket.on("close", () => reject(new Error("The connection was closed.")));
  socket.on("message", (data: Buffer) => {
    const message = serverMessageSchema.parse(JSON.parse(data.toString("utf8")));
    if (message.type === "refused") reject(new Error(`The question was refused: ${message.error.code}`));
    if (message.type !== "event") return;
    const { event } = message;
    if (event.type === "text") text += event.delta;
    if (event.type === "error") reject(new Error(`The answer failed: ${event.error.code}`));
    if (event.type !== "finish") return;
    resolve(text);
    socket.terminate();
  });
});

const html = await fetch(server);
if (!html.ok || !(await html.text()).includes("<html")) throw new Error(`The page was answered with ${html.status}.`);
process.stdout.write(`  ${basename(file)}: “${question}” → “${answer}”\n`);
if (expected !== undefined && answer !== expected) throw new Error(`Expected “${expected}”.`);
