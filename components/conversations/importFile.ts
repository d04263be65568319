import * as z from "zod/mini";
import { isRunning, newAnswer, newQuestion, turnSchema, type Turn } from "../chat/turns.ts";
import { randomId } from "../ui/randomId.ts";
import { conversationSchema, newConversation, shorten, titleOf, type Conversation } from "./conversation.ts";
import { fileFormat, fileVersion, messageMark, type WholeConversation } from "./exportFile.ts";

export type ImportFault = "unreadable" | "unknown" | "newer" | "empty";

/** A file from which nothing can be taken, and why. */
export class ImportError extends Error {
  override readonly name = "ImportError";
  readonly fault: ImportFault;

  constructor(fault: ImportFault, options?: ErrorOptions) {
    super(fault, options);
    this.fault = fault;
  }
}

export interface Imported {
  /** With ids of their own, so that the same file can be taken twice. */
  conversations: readonly WholeConversation[];
  media: readonly { id: string; name: string; mime: string; bytes: Blob }[];
  /** Messages and media that could not be read. */
  skipped: number;
}

const fileSchema = z.object({
  format: z.literal(fileFormat),
  version: z.number(),
  conversations: z.array(z.unknown()),
  media: z._default(z.array(z.unknown()), []),
});
const entrySchema = z.object({ turns: z.array(z.unknown()) });
const mediumSchema = z.object({ id: z.string().check(z.regex(/^[0-9a-f]{64}$/)), name: z.string(), mime: z.string(), data: z.string().check(z.regex(/^data:[^,]*;base64,/)) });

/** Messages as many programs write them, alone or under `messages`; only their words are taken. */
const messageSchema = z.object({ role: z.enum(["user", "assistant"]), content: z.union([z.string(), z.array(z.unknown())]) });
const messagesSchema = z.union([z.array(z.unknown()).check(z.minLength(1)), z.pipe(z.object({ messages: z.array(z.unknown()) }), z.transform(({ messages }) => messages))]);
const textPartSchema = z.object({ type: z.literal("text"), text: z.string() });

/**
 * Conversations from a file of this page (JSON or Markdown) or from a list of messages. What cannot be read of them is skipped.
 * @throws ImportError where nothing is left
 */
export function readFile(name: string, text: string, now: number): Imported {
  const imported = /^\s*[{[]/.test(text) ? readJson(text, now) : readMarkdown(name, text, now);
  if (imported.conversations.length === 0) throw new ImportError("empty");
  return imported;
}

function readJson(text: string, now: number): Imported {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (fault) {
    throw new ImportError("unreadable", { cause: fault });
  }
  const file = fileSchema.safeParse(json).data;
  if (file) {
    if (file.version > fileVersion) throw new ImportError("newer");
    return readOwn(file, now);
  }
  const messages = messagesSchema.safeParse(json).data;
  if (!messages) throw new ImportError("unknown");
  const known = messages.flatMap((message) => messageSchema.safeParse(message).data ?? []);
  return { ...fromMessages(known.map(({ role, content }) => ({ role, text: wordsOf(content) })), undefined, now), skipped: messages.length - known.length };
}

function readOwn(file: z.infer<typeof fileSchema>, now: number): Imported {
  let skipped = 0;
  const conversations = file.conversations.flatMap((entry) => {
    const parsed = entrySchema.safeParse(entry).data;
    const turns = (parsed?.turns ?? []).flatMap((turn) => turnSchema.safeParse(turn).data ?? []);
    skipped += parsed ? parsed.turns.length - turns.length : 1;
    return parsed && turns.length > 0 ? [withNewIds(readConversation(entry, now), turns)] : [];
  });
  const media = file.media.flatMap((medium) => {
    const parsed = mediumSchema.safeParse(medium).data;
    const bytes = parsed && fromDataUrl(parsed.data, parsed.mime);
    if (!bytes) skipped += 1;
    return bytes ? [{ id: parsed.id, name: parsed.name, mime: parsed.mime, bytes }] : [];
  });
  return { conversations, media, skipped };
}

/** What is missing or does not fit is as in a new conversation. */
function readConversation(entry: unknown, now: number): Conversation {
  const parsed = z.partial(conversationSchema).safeParse(entry).data ?? {};
  return { ...newConversation("unnamed", now), ...Object.fromEntries(Object.entries(parsed).filter(([, value]) => value !== undefined)) };
}

/** Turns whose parent was lost begin a branch of their own; answers that were under way go on nowhere. */
function withNewIds(conversation: Conversation, turns: readonly Turn[]): WholeConversation {
  const id = randomId();
  const ids = new Map(turns.map((turn) => [turn.id, randomId()]));
  ids.set(conversation.id, id);
  const renamed = turns.map((turn): Turn => {
    const place = { id: ids.get(turn.id) ?? randomId(), parent: ids.get(turn.parent) ?? id };
    if (turn.role === "user") return { ...turn, ...place };
    return { ...turn, ...place, stopping: false, ...(isRunning(turn) && { state: { name: "interrupted" as const } }) };
  });
  const chosen = Object.fromEntries(Object.entries(conversation.chosen).flatMap(([parent, child]) => {
    const [newParent, newChild] = [ids.get(parent), ids.get(child)];
    return newParent !== undefined && newChild !== undefined ? [[newParent, newChild]] : [];
  }));
  const title = conversation.title.trim() === "" ? (titleOf(turns) ?? "…") : conversation.title;
  return { conversation: { ...conversation, id, chosen, title }, turns: renamed };
}

const messageHeading = /^(?:<!-- message: (user|assistant) -->\n+#+ .*|#{2,3} +(?:(You|User|你|用户)|(?:Assistant|助手)) *)$/gmu;

/** What this page wrote, or any text with headings that say whose words follow. */
function readMarkdown(name: string, text: string, now: number): Imported {
  const clean = text.replaceAll("\r\n", "\n");
  const marked = clean.includes(messageMark("user")) || clean.includes(messageMark("assistant"));
  // With marks, a heading alone is part of a message.
  const headings = [...clean.matchAll(messageHeading)].filter(([heading]) => !marked || heading.startsWith("<!--"));
  if (headings.length === 0) throw new ImportError("unknown");
  const title = /^# +(.+)$/mu.exec(clean.slice(0, headings[0]?.index))?.[1] ?? name.replace(/\.\w+$/, "");
  const messages = headings.map((heading, index) => ({
    role: heading[1] === "user" || heading[2] !== undefined ? ("user" as const) : ("assistant" as const),
    text: clean.slice(heading.index + heading[0].length, headings[index + 1]?.index).trim(),
  }));
  return fromMessages(messages, title, now);
}

function fromMessages(messages: readonly { role: "user" | "assistant"; text: string }[], title: string | undefined, now: number): Imported {
  if (messages.length === 0) throw new ImportError("empty");
  const id = randomId();
  let parent: string = id;
  const turns = messages.map(({ role, text }, index): Turn => {
    const place = { parent, created: now + index };
    const turn: Turn = role === "user" ? newQuestion(place, { text, media: [] }) : { ...newAnswer(place, randomId()), text, state: { name: "edited" } };
    parent = turn.id;
    return turn;
  });
  const words = title === undefined ? undefined : shorten(title.trim());
  return { conversations: [{ conversation: { ...newConversation(id, now), title: words ?? titleOf(turns) ?? "…" }, turns }], media: [], skipped: 0 };
}

function wordsOf(content: z.infer<typeof messageSchema>["content"]): string {
  if (typeof content === "string") return content;
  return content.flatMap((part) => textPartSchema.safeParse(part).data?.text ?? []).join("\n");
}

function fromDataUrl(url: string, mime: string): Blob | undefined {
  try {
    return new Blob([Uint8Array.from(atob(url.slice(url.indexOf(",") + 1)), (character) => character.charCodeAt(0))], { type: mime });
  } catch {
    return undefined;
  }
}
