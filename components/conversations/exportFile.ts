import type { Turn } from "../chat/turns.ts";
import { uploadIds } from "../media/upload.ts";
import { joinTexts } from "../media/attachedText.ts";
import type { Conversation } from "./conversation.ts";

/** A conversation with all its branches. */
export interface WholeConversation {
  conversation: Conversation;
  turns: readonly Turn[];
}

export const fileFormat = "qwen3-vl-conversations";
export const fileVersion = 1;

/** A file with conversations and the bytes of their media. Bytes that nobody has any more are left out. */
export async function toJsonFile(conversations: readonly WholeConversation[], bytes: (id: string) => Promise<Blob | undefined>): Promise<Blob> {
  const head = { format: fileFormat, version: fileVersion };
  const whole = conversations.map(({ conversation, turns }) => ({ ...conversation, turns }));
  const parts = [`${JSON.stringify(head).slice(0, -1)},"conversations":${JSON.stringify(whole)},"media":[`];
  const ids = new Set(conversations.flatMap(({ turns }) => turns.flatMap((turn) => (turn.role === "user" ? turn.media.flatMap(uploadIds) : []))));
  const names = new Map(conversations.flatMap(({ turns }) => turns.flatMap((turn) => (turn.role === "user" ? turn.media.map(({ id, name }): [string, string] => [id, name]) : []))));
  let separator = "";
  for (const id of ids) {
    const blob = await bytes(id);
    if (!blob) continue;
    parts.push(separator, JSON.stringify({ id, name: names.get(id) ?? id.slice(0, 8), mime: blob.type, data: await toDataUrl(blob) }));
    separator = ",";
  }
  return new Blob([...parts, "]}"], { type: "application/json" });
}

async function toDataUrl(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const pieces: string[] = [];
  // As many as fit as arguments, and no remainder before the end.
  const step = 0x6000;
  for (let at = 0; at < bytes.length; at += step) pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + step))));
  return `data:${blob.type};base64,${pieces.join("")}`;
}

export interface MarkdownWords {
  you: string;
  assistant: string;
  medium: (name: string) => string;
}

/** The mark by which a message is found again, whatever its words hold. */
export const messageMark = (role: Turn["role"]): string => `<!-- message: ${role} -->`;

/** The branch that is shown, for reading. */
export function toMarkdown(title: string, turns: readonly Turn[], { you, assistant, medium }: MarkdownWords): string {
  const messages = turns.map((turn) => {
    const media = turn.role === "user" ? turn.media.map(({ name }) => `*${medium(name)}*\n\n`).join("") : "";
    const text = turn.role === "user" ? joinTexts(turn.texts, turn.text) : turn.text;
    return `${messageMark(turn.role)}\n## ${turn.role === "user" ? you : assistant}\n\n${media}${text}\n`;
  });
  return [`# ${title}\n`, ...messages].join("\n");
}

/** A name that every file system takes. */
export function fileName(title: string, ending: string): string {
  const name = title.replaceAll(/[\p{Cc}<>:"/\\|?*]+/gu, " ").replaceAll(/\s+/g, " ").trim().slice(0, 80);
  return `${name === "" ? "conversation" : name}.${ending}`;
}
