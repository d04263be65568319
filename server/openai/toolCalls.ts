import { randomBytes } from "node:crypto";
import { z } from "zod";
import { begun } from "./thinking.ts";

/** A piece of a call; `id` and `name` come with its first one, `arguments` in pieces that make up the text of a JSON object. */
export interface ToolCallDelta {
  index: number;
  id?: string;
  name?: string;
  arguments: string;
}

export interface TextAndCalls {
  content: string;
  calls: ToolCallDelta[];
}

const opening = "<tool_call>";
const closing = "</tool_call>";

/** How Qwen's chat templates have calls written: the name, then the arguments; those can be passed on as they come. */
const usualStart = /^\s*\{\s*"name"\s*:\s*("(?:[^"\\]|\\.)*")\s*,\s*"arguments"\s*:\s*(?=\{)/;
const anyCall = z.object({ name: z.string().min(1), arguments: z.union([z.record(z.string(), z.unknown()), z.string()]).optional(), parameters: z.record(z.string(), z.unknown()).optional() });

/**
 * Finds the calls in an answer while it is written: `<tool_call>\n{"name": …, "arguments": {…}}\n</tool_call>`. What stands
 * between the tags and is no call stays text, as the model wrote it; blank space between calls belongs to nobody.
 */
export class ToolCallParser {
  #held = "";
  #within = false;
  #count = 0;
  #text = "";
  /** Of the call that is being passed on. */
  #open: { index: number; arguments: ObjectEnd } | undefined;

  get count(): number {
    return this.#count;
  }

  push(delta: string): TextAndCalls {
    this.#held += delta;
    return this.#drain(false);
  }

  flush(): TextAndCalls {
    return this.#drain(true);
  }

  #drain(ended: boolean): TextAndCalls {
    const out: TextAndCalls = { content: "", calls: [] };
    while (this.#within ? this.#readCall(out, ended) : this.#readText(out, ended));
    return out;
  }

  /** @returns whether a call begins */
  #readText(out: TextAndCalls, ended: boolean): boolean {
    const start = this.#held.indexOf(opening);
    const end = start >= 0 ? start : this.#held.length - (ended ? 0 : begun(this.#held, opening));
    this.#say(this.#held.slice(0, end), out, ended && start < 0);
    this.#held = this.#held.slice(start >= 0 ? start + opening.length : end);
    this.#within = start >= 0;
    return this.#within;
  }

  /** Blank space is shown when text follows it: between text and a call, and between calls, it is layout. */
  #say(text: string, out: TextAndCalls, isLast: boolean): void {
    const all = this.#text + text;
    const shown = isLast && this.#count === 0 ? all : all.trimEnd();
    const visible = this.#count > 0 && shown.trim() === "" ? "" : shown;
    out.content += visible;
    this.#text = all.slice(shown.length);
  }

  /** @returns whether the call is over */
  #readCall(out: TextAndCalls, ended: boolean): boolean {
    if (this.#open === undefined) this.#begin(out);
    if (this.#open !== undefined) {
      const { index, arguments: object } = this.#open;
      const taken = object.take(this.#held);
      if (taken > 0) out.calls.push({ index, arguments: this.#held.slice(0, taken) });
      this.#held = this.#held.slice(taken);
      if (!object.complete) return false;
    }
    const end = this.#held.indexOf(closing);
    if (end < 0 && !ended) return false;
    if (this.#open === undefined) this.#readWhole(end < 0 ? this.#held : this.#held.slice(0, end), end >= 0, out);
    this.#held = end < 0 ? "" : this.#held.slice(end + closing.length);
    this.#open = undefined;
    this.#within = false;
    return end >= 0;
  }

  #begin(out: TextAndCalls): void {
    const [start, quoted] = usualStart.exec(this.#held) ?? [];
    if (start === undefined || quoted === undefined) return;
    const name = z.string().safeParse(parseOr(quoted, undefined)).data;
    if (name === undefined || name === "") return;
    this.#held = this.#held.slice(start.length);
    this.#open = { index: this.#count, arguments: new ObjectEnd() };
    out.calls.push(this.#newCall(name, ""));
  }

  /** A call in another form than the usual one, or no call at all. */
  #readWhole(text: string, closed: boolean, out: TextAndCalls): void {
    const call = anyCall.safeParse(parseOr(text, undefined)).data;
    if (call === undefined) {
      this.#say(`${opening}${text}${closed ? closing : ""}`, out, false);
      return;
    }
    const given = call.arguments ?? call.parameters ?? {};
    out.calls.push(this.#newCall(call.name, typeof given === "string" ? given : JSON.stringify(given)));
  }

  #newCall(name: string, text: string): ToolCallDelta {
    return { index: this.#count++, id: `call_${randomBytes(12).toString("hex")}`, name, arguments: text };
  }
}

/** Finds the end of a JSON object that comes in pieces. */
class ObjectEnd {
  #depth = 0;
  #quoted = false;
  #escaped = false;
  complete = false;

  /** How many of these characters still belong to it. */
  take(text: string): number {
    if (this.complete) return 0;
    for (let place = 0; place < text.length; place += 1) {
      if (this.#closes(text.charAt(place))) {
        this.complete = true;
        return place + 1;
      }
    }
    return text.length;
  }

  #closes(character: string): boolean {
    if (this.#quoted) {
      if (this.#escaped) this.#escaped = false;
      else if (character === "\\") this.#escaped = true;
      else if (character === '"') this.#quoted = false;
      return false;
    }
    if (character === '"') this.#quoted = true;
    else if (character === "{" || character === "[") this.#depth += 1;
    else if (character === "}" || character === "]") this.#depth -= 1;
    return this.#depth === 0 && (character === "}" || character === "]");
  }
}

function parseOr(text: string, otherwise: unknown): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch {
    return otherwise;
  }
}
