import type { TextRange } from "../types.ts";

/**
 * A reader of JSON as models write it: cut off in the middle, with trailing or missing commas and brackets, single or curly
 * quotes, comments, bare words, Chinese punctuation, raw line breaks and quotation marks within strings. It never throws,
 * reads each character a bounded number of times, and keeps where everything stands.
 */

interface NodeBase extends TextRange {
  /** False where the text ends before the value surely did. */
  closed: boolean;
}

export interface JsonEntry {
  key: string;
  /** Where the key begins. */
  start: number;
  value: JsonNode;
}
export type JsonObject = NodeBase & { kind: "object"; entries: readonly JsonEntry[] };
export type JsonArray = NodeBase & { kind: "array"; items: readonly JsonNode[] };
export type JsonScalar = NodeBase & ({ kind: "string"; value: string } | { kind: "number"; value: number; text: string } | { kind: "word"; value: string });
export type JsonNode = JsonObject | JsonArray | JsonScalar;

/** Where to read. `final`: nothing follows, so that what is open at the end counts where its last value is whole. */
export interface JsonRegion extends TextRange {
  final: boolean;
}

/** Deeper brackets are passed over: they bound the recursion, and nothing that is shown lies so deep. */
const deepest = 40;

const structural: Readonly<Record<string, string>> = {
  "，": ",", "、": ",", "；": ",", "：": ":", "［": "[", "］": "]", "【": "[", "】": "]", "｛": "{", "｝": "}", "（": "(", "）": ")",
};
const quotes: Readonly<Record<string, string>> = { '"': '"', "'": "'", "“": "”“\"", "”": "”“\"", "„": "”“\"", "＂": "＂\"", "‘": "’‘'", "’": "’‘'", "「": "」", "『": "』" };
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", '"': '"', "'": "'", "\\": "\\", "/": "/" };

/** All values (objects and lists) in a part of a text, in their order; prose between them is passed over. */
export function readJson(text: string, region: JsonRegion): JsonNode[] {
  const reader = new JsonReader(text, region);
  const nodes: JsonNode[] = [];
  for (;;) {
    const node = reader.next();
    if (node === undefined) return nodes;
    nodes.push(node);
  }
}

const opensKeyed = /["'“]?(?:bbox|point|box)_?[23]d["'”]?\s*[:：]\s*[[{(（【"]/iy;

class JsonReader {
  readonly #text: string;
  readonly #end: number;
  readonly #final: boolean;
  #at: number;
  #depth = 0;
  /** How many arrays and objects are open around the current place. */
  #arrays = 0;
  #objects = 0;

  constructor(text: string, { start, end, final }: JsonRegion) {
    this.#text = text;
    this.#at = start;
    this.#end = end;
    this.#final = final;
  }

  next(): JsonNode | undefined {
    while (this.#at < this.#end) {
      const char = this.#char();
      if ((char === "{" && this.#beginsObject()) || (char === "[" && this.#beginsArray())) return this.#value();
      // An object whose opening bracket is missing: "bbox_2d": [1, 2, 3, 4], "label": "cup".
      if (/["'“bp]/i.test(char) && !/[\w"'“]/.test(this.#text[this.#at - 1] ?? "") && this.#matches(opensKeyed)) return this.#object(this.#at, true);
      this.#at++;
    }
    return undefined;
  }

  #char(offset = 0): string {
    const at = this.#at + offset;
    if (at >= this.#end) return "";
    const char = this.#text[at] ?? "";
    return structural[char] ?? char;
  }

  #matches(pattern: RegExp, at = this.#at): RegExpExecArray | null {
    pattern.lastIndex = at;
    return pattern.exec(this.#text);
  }

  #afterSpace(at: number): number {
    while (at < this.#end && isSpace(this.#text.charCodeAt(at))) at++;
    return at;
  }

  /** Prose has brackets, too: an object begins with a key, a list with a value. */
  #beginsObject(): boolean {
    const at = this.#afterSpace(this.#at + 1);
    return at < this.#end && this.#matches(/[}"'“”‘’「｛{/]|[\p{L}_][\p{L}\p{N}_-]{0,40}\s{0,20}[:：=]|\.{3}/uy, at) !== null;
  }

  #beginsArray(): boolean {
    const at = this.#afterSpace(this.#at + 1);
    return at < this.#end && this.#matches(/[{[(｛【［（"'“”‘’「\]】］\p{N}+-]|\/[/*]|\.{3}/uy, at) !== null;
  }

  /** Passes over white space and comments. */
  #skip(): void {
    for (;;) {
      this.#at = Math.min(this.#afterSpace(this.#at), this.#end);
      if (!"/#<".includes(this.#text[this.#at] ?? "")) return;
      const comment = this.#matches(/\/\/[^\n]*|\/\*|#[^\n]*|<!--/y);
      if (comment === null || this.#at >= this.#end) return;
      if (comment[0] === "/*") this.#skipTo("*/");
      else if (comment[0] === "<!--") this.#skipTo("-->");
      else this.#at = Math.min(this.#at + comment[0].length, this.#end);
    }
  }

  #skipTo(mark: string): void {
    const found = this.#text.indexOf(mark, this.#at);
    this.#at = found < 0 || found + mark.length > this.#end ? this.#end : found + mark.length;
  }

  #value(): JsonNode {
    const start = this.#at;
    const char = this.#char();
    if (char === "{" && this.#depth < deepest) {
      this.#at++;
      return this.#object(start);
    }
    if ((char === "[" || char === "(") && this.#depth < deepest) return this.#array();
    if (quotes[char] !== undefined) return this.#string();
    return this.#word();
  }

  /** @param bare Whether it began without a bracket, and so ends with the first words that are no key. */
  #object(start: number, bare = false): JsonObject {
    this.#depth++;
    this.#objects++;
    const entries: JsonEntry[] = [];
    const closed = this.#entries(entries, bare);
    this.#depth--;
    this.#objects--;
    return { kind: "object", entries, start, end: this.#at, closed };
  }

  /** Reads up to and with the bracket that ends the object, whose opening bracket was passed; says whether it ended. */
  #entries(entries: JsonEntry[], bare: boolean): boolean {
    for (;;) {
      this.#skip();
      const char = this.#char();
      if (char === "") return this.#isWholeAtEnd(entries.at(-1)?.value);
      if (char === "}") {
        this.#at++;
        return true;
      }
      if (char === ",") this.#at++;
      // Its own bracket is missing: what follows belongs to the list around it.
      else if (char === "{" || char === "<" || (bare && this.#isProse(char))) return true;
      else if (char === "]" && this.#arrays > 0 && !this.#matches(/[\]】］]\s*[,，]?\s*["'“][^"'\n]{1,40}["'”]\s*[:：]/y)) return true;
      else if (quotes[char] !== undefined || /[\p{L}\p{N}_$+.-]/u.test(char)) entries.push(this.#entry());
      else this.#at++;
    }
  }

  #isProse(char: string): boolean {
    return char === ")" || (/\p{L}/u.test(char) && this.#matches(/[\p{L}_][\p{L}\p{N}_-]{0,40}\s{0,20}[:：]/uy) === null);
  }

  #key(): JsonScalar {
    // Its closing quote is missing.
    const open = this.#char() in quotes ? this.#matches(/["'“]([\p{L}_][\p{L}\p{N}_-]{0,40})\s{0,20}(?=[:：]\s{0,20}["'“[{\d-])/uy) : null;
    if (open?.[1] !== undefined) {
      const start = this.#at;
      this.#at += open[0].length;
      return { kind: "string", value: open[1], start, end: this.#at, closed: true };
    }
    if (this.#char() in quotes) return this.#string();
    const word = this.#word();
    // Its opening quote is missing.
    if (this.#matches(/["'”]\s{0,20}[:：]/y)) this.#at++;
    return word;
  }

  #entry(): JsonEntry {
    const start = this.#at;
    const key = this.#key();
    this.#skip();
    const char = this.#char();
    // A value without a key.
    if (char !== ":" && char !== "=") return { key: "", start, value: key };
    this.#at++;
    this.#skip();
    const name = key.kind === "number" ? key.text : key.value;
    const next = this.#char();
    if (next === "") return { key: name, start, value: { kind: "word", value: "null", start: this.#at, end: this.#at, closed: false } };
    if (next === "," || next === "}" || next === "]") return { key: name, start, value: { kind: "word", value: "null", start: this.#at, end: this.#at, closed: true } };
    return { key: name, start, value: this.#phrase() ?? this.#value() };
  }

  /** Several words without quotes. */
  #phrase(): JsonScalar | undefined {
    const words = this.#matches(/\p{L}[^\n,，；;{}[\]()｛｝【】"“”:：]{0,80}(?![:：])(?<!\s)/uy)?.[0];
    if (words === undefined || !/\s/.test(words) || this.#at + words.length > this.#end) return undefined;
    const start = this.#at;
    this.#at += words.length;
    return { kind: "word", value: words, start, end: this.#at, closed: this.#at < this.#end || this.#final };
  }

  #array(): JsonArray {
    const start = this.#at;
    this.#at++;
    this.#depth++;
    this.#arrays++;
    const items: JsonNode[] = [];
    const closed = this.#items(items);
    this.#depth--;
    this.#arrays--;
    return { kind: "array", items, start, end: this.#at, closed };
  }

  #items(items: JsonNode[]): boolean {
    for (;;) {
      this.#skip();
      const char = this.#char();
      if (char === "") return this.#isWholeAtEnd(items.at(-1));
      if (char === "]" || char === ")") {
        this.#at++;
        return true;
      }
      if (char === "}" && this.#objects > 0 && this.#belongsToObject()) return true;
      if (quotes[char] !== undefined) {
        // The list's bracket is missing: the next key of the object around it.
        if (this.#objects > 0 && this.#matches(/["'“][^"'”\n]{1,60}["'”]\s*[:：]/y)) return true;
        items.push(this.#string());
      } else if (char === "{" || char === "[" || char === "(") {
        if (this.#depth < deepest) items.push(this.#value());
        else this.#at++;
      } else if (/[\p{L}\p{N}_$+.-]/u.test(char)) items.push(this.#word());
      else this.#at++;
    }
  }

  /** A closing brace within a list of numbers ends the list and the object around it; in a list of objects it is one too many. */
  #belongsToObject(): boolean {
    const before = this.#text.slice(Math.max(this.#at - 40, 0), this.#at).trimEnd();
    return !/[}｝,]$/.test(before);
  }

  /** A number at the very end may have lost digits, and after a comma more was to come. */
  #isWholeAtEnd(last: JsonNode | undefined): boolean {
    const whole = last?.closed === true && last.kind !== "number";
    return this.#final && whole && !/[,，]$/.test(this.#text.slice(Math.max(this.#end - 40, 0), this.#end).trimEnd());
  }

  #string(): JsonScalar {
    const start = this.#at;
    const close = quotes[this.#char()] ?? '"';
    let value = "";
    let from = start + 1;
    for (let at = start + 1; at < this.#end; at++) {
      const char = this.#text[at] ?? "";
      if (char === "\\") {
        const { text, length } = unescape(this.#text, at);
        value += this.#text.slice(from, at) + text;
        at += length - 1;
        from = at + 1;
      } else if (close.includes(char) && this.#endsString(at + 1, close)) {
        this.#at = at + 1;
        return { kind: "string", value: value + this.#text.slice(from, at), start, end: this.#at, closed: true };
      } else if (char === "}" && this.#matches(/\}\s*(?:,\s*\{\s*["'“]|\]\s*$)/y, at)) {
        // The closing quote is missing, and the next object begins.
        this.#at = at;
        return { kind: "string", value: value + this.#text.slice(from, at), start, end: at, closed: true };
      } else if (char === "\n") {
        const next = this.#afterSpace(at);
        if (!this.#opensAnew(next)) {
          at = next - 1;
          continue;
        }
        // The closing quote is missing: brackets and commas at the line's end are not part of the string.
        this.#at = at;
        while (this.#at > from && /[\s,，\]}]/.test(this.#text[this.#at - 1] ?? "")) this.#at--;
        return { kind: "string", value: value + this.#text.slice(from, this.#at), start, end: this.#at, closed: true };
      }
    }
    this.#at = this.#end;
    return { kind: "string", value: value + this.#text.slice(Math.min(from, this.#end), this.#end), start, end: this.#end, closed: false };
  }

  /** A quotation mark within a string is followed by more of it. */
  #endsString(at: number, close: string): boolean {
    const next = this.#afterSpace(at);
    if (next >= this.#end) return true;
    const char = structural[this.#text[next] ?? ""] ?? this.#text[next] ?? "";
    if (char === ",") return !close.includes('"') && close !== "'" ? true : this.#goesOnAfterComma(next + 1);
    if (/[:}\])\]=]/.test(char) || this.#text.slice(at, next).includes("\n")) return true;
    // A comma is missing: the next key, or a comment.
    return this.#matches(/["'“][^"'”\n]{1,60}["'”]\s*[:：]|\/[/*]|#/y, next) !== null && next > at;
  }

  /** After `"… said "no", and left"` the comma belongs to the words: what follows a value is a key, a value or an end. */
  #goesOnAfterComma(at: number): boolean {
    const next = this.#afterSpace(at);
    return next >= this.#end || this.#text.slice(at, next).includes("\n") || this.#matches(/["'“”‘「[{(\]}\p{N}.+-]|\/[/*]|#|null|true|false|None|True|False|[\p{L}_][\p{L}\p{N}_]{0,40}\s?[:：]/uy, next) !== null;
  }

  /** What a line within a string does not begin with. */
  #opensAnew(next: number): boolean {
    return next < this.#end && /[{}[\]"'`]/.test(this.#text[next] ?? "");
  }

  #word(): JsonScalar {
    const start = this.#at;
    const text = this.#matches(/[^\s,，、；:：=[\]{}()（）［］【】｛｝"“”<>]+/y)?.[0].slice(0, this.#end - start) ?? "";
    // Whatever stands here, the reader goes on.
    this.#at = Math.max(start + text.length, Math.min(start + 1, this.#end));
    const closed = this.#at < this.#end || this.#final;
    const place = { start, end: this.#at, closed };
    const plain = text.normalize("NFKC");
    return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(plain)
      ? { kind: "number", value: Number(plain), text: plain, ...place }
      : { kind: "word", value: text, ...place };
  }
}

/** As `\s` has it, the common ones first. */
function isSpace(code: number): boolean {
  if (code === 32 || (code >= 9 && code <= 13)) return true;
  return code >= 160 && /\s/.test(String.fromCharCode(code));
}

function unescape(text: string, at: number): { text: string; length: number } {
  const char = text[at + 1] ?? "";
  if (char === "u") {
    const digits = /^[0-9a-f]{4}/i.exec(text.slice(at + 2, at + 6))?.[0];
    if (digits !== undefined) return { text: String.fromCharCode(parseInt(digits, 16)), length: 6 };
  }
  return { text: escapes[char] ?? `\\${char}`, length: 1 + char.length };
}
