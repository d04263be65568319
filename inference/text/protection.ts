import type { Message } from "../conversation.ts";
import { EngineError } from "../errors.ts";
import { escapeRegExp } from "./escapeRegExp.ts";

/**
 * Keeps special tokens in what people write from becoming special: before a conversation goes through the chat template,
 * a character that occurs nowhere in it is put between the first two characters of every special token, also of one
 * that the next part of the message may complete. After tokens are told from text, it is taken out again.
 */
export function protectSpecialTokens(
  messages: readonly Message[],
  specialTokens: readonly string[],
): { messages: Message[]; unprotect: (text: string) => string } {
  const marker = unusedCharacter(messages);
  const beginnings = [...new Set(specialTokens.map((token) => escapeRegExp(token.charAt(0)) + followedBy(token.charAt(1))))];
  const pattern = new RegExp(beginnings.join("|"), "gu");
  const protect = (text: string) => (beginnings.length === 0 ? text : text.replace(pattern, `$&${marker}`));
  return {
    messages: messages.map(({ role, content }) => ({
      role,
      content:
        typeof content === "string"
          ? protect(content)
          : content.map((part) => (part.type === "text" ? { ...part, text: protect(part.text) } : part)),
    })),
    unprotect: (text) => text.replaceAll(marker, ""),
  };
}

function followedBy(character: string): string {
  return `(?=${escapeRegExp(character)}|$)`;
}

/** A private-use character that occurs in no message. */
function unusedCharacter(messages: readonly Message[]): string {
  const texts = messages.flatMap(({ content }) =>
    typeof content === "string" ? [content] : content.flatMap((part) => (part.type === "text" ? [part.text] : [])),
  );
  const used = new Set(texts.flatMap((text) => text.match(/\p{Private_Use}/gu) ?? []));
  const isFree = (code: number) => !used.has(String.fromCodePoint(code));
  const free = codes(0xe000, 0xf8ff).find(isFree) ?? codes(0xf0000, 0xffffd).find(isFree);
  if (free === undefined) throw new EngineError("invalid_request", { reason: "the messages hold every private-use character" });
  return String.fromCodePoint(free);
}

function codes(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
