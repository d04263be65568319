import type { Message, Tool } from "../conversation.ts";
import { EngineError } from "../errors.ts";
import { escapeRegExp } from "./escapeRegExp.ts";

export interface Protected {
  messages: Message[];
  tools: Tool[];
  unprotect: (text: string) => string;
}

/**
 * Keeps special tokens in what people write from becoming special: before a conversation goes through the chat template,
 * a character that occurs nowhere in it is put between the first two characters of every special token, also of one
 * that the next part of the message may complete. After tokens are told from text, it is taken out again. The same holds
 * for what tools are called, say of themselves and were called with.
 */
export function protectSpecialTokens(messages: readonly Message[], tools: readonly Tool[], specialTokens: readonly string[]): Protected {
  const marker = unusedCharacter([messages, tools]);
  const beginnings = [...new Set(specialTokens.map((token) => escapeRegExp(token.charAt(0)) + followedBy(token.charAt(1))))];
  const pattern = new RegExp(beginnings.join("|"), "gu");
  const protect = (text: string): string => (beginnings.length === 0 ? text : text.replace(pattern, `$&${marker}`));
  return {
    messages: messages.map((message) => ({
      ...message,
      content: typeof message.content === "string" ? protect(message.content) : message.content.map((part) => (part.type === "text" ? { ...part, text: protect(part.text) } : part)),
      ...(message.reasoning_content !== undefined && { reasoning_content: protect(message.reasoning_content) }),
      ...(message.tool_call_id !== undefined && { tool_call_id: protect(message.tool_call_id) }),
      ...(message.tool_calls && { tool_calls: message.tool_calls.map((call) => ({ ...call, ...(call.id !== undefined && { id: protect(call.id) }), name: protect(call.name), arguments: protectRecord(call.arguments, protect) })) }),
    })),
    tools: tools.map(({ name, description, parameters }) => ({
      name: protect(name),
      ...(description !== undefined && { description: protect(description) }),
      ...(parameters && { parameters: protectRecord(parameters, protect) }),
    })),
    unprotect: (text) => text.replaceAll(marker, ""),
  };
}

function protectRecord(record: Record<string, unknown>, protect: (text: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [protect(key), protectValue(value, protect)]));
}

function protectValue(value: unknown, protect: (text: string) => string): unknown {
  if (typeof value === "string") return protect(value);
  if (Array.isArray(value)) return value.map((one: unknown) => protectValue(one, protect));
  return typeof value === "object" && value !== null ? protectRecord({ ...value }, protect) : value;
}

function followedBy(character: string): string {
  return `(?=${escapeRegExp(character)}|$)`;
}

/** A private-use character that occurs in no text. */
function unusedCharacter(values: unknown): string {
  const used = new Set<string>();
  forEachText(values, (text) => {
    for (const character of text.match(/\p{Private_Use}/gu) ?? []) used.add(character);
  });
  const isFree = (code: number) => !used.has(String.fromCodePoint(code));
  const free = codes(0xe000, 0xf8ff).find(isFree) ?? codes(0xf0000, 0xffffd).find(isFree);
  if (free === undefined) throw new EngineError("invalid_request", { reason: "the messages hold every private-use character" });
  return String.fromCodePoint(free);
}

function forEachText(value: unknown, see: (text: string) => void): void {
  if (typeof value === "string") see(value);
  else if (Array.isArray(value)) for (const one of value) forEachText(one, see);
  else if (typeof value === "object" && value !== null) {
    for (const [key, one] of Object.entries(value)) {
      see(key);
      forEachText(one, see);
    }
  }
}

function codes(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
