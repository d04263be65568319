import { Tokenizer } from "@huggingface/tokenizers";
import { z } from "zod";
import type { Checkpoint } from "../checkpoint/types.ts";
import { EngineError } from "../errors.ts";
import { bytesOfToken } from "./byteLevel.ts";
import { escapeRegExp } from "./escapeRegExp.ts";

const file = "tokenizer.json";

const addedTokenSchema = z.looseObject({ id: z.number().int().nonnegative(), content: z.string().min(1), special: z.boolean().default(false) });
const tokenizerSchema = z.looseObject({
  added_tokens: z.array(addedTokenSchema),
  model: z.looseObject({ type: z.literal("BPE").default("BPE") }),
  decoder: z.looseObject({ type: z.literal("ByteLevel") }),
});

/**
 * A byte-level BPE tokenizer that keeps apart what the library mixes: `encode` reads special tokens as the Python
 * tokenizer does, `encodePlain` takes them for the text that a user typed.
 */
export class TextTokenizer {
  /** Knows no special token, so that it finds none in a text; added tokens that are not special it does know. */
  readonly #plain: Tokenizer;
  readonly #added: ReadonlyMap<number, string>;
  readonly #special: ReadonlyMap<string, number>;
  readonly #specialIds: ReadonlySet<number>;
  /** With one group, so that `split` keeps what it splits at. */
  readonly #specialPattern: RegExp;

  /** @throws EngineError checkpoint_corrupt when tokenizer.json describes no byte-level BPE. */
  static create(tokenizer: Checkpoint["tokenizer"]): TextTokenizer {
    const parsed = tokenizerSchema.safeParse(tokenizer.model);
    if (!parsed.success) throw new EngineError("checkpoint_corrupt", { file, reason: "it is no byte-level BPE" }, { cause: parsed.error });
    return new TextTokenizer(parsed.data, tokenizer.config);
  }

  private constructor(model: z.infer<typeof tokenizerSchema>, config: Record<string, unknown>) {
    const special = model.added_tokens.filter((token) => token.special);
    const plain = { ...model, added_tokens: model.added_tokens.filter((token) => !token.special) };
    try {
      this.#plain = new Tokenizer(plain, config);
    } catch (fault) {
      throw new EngineError("checkpoint_corrupt", { file, reason: "it cannot be used" }, { cause: fault });
    }
    this.#added = new Map(model.added_tokens.map(({ id, content }) => [id, content]));
    this.#special = new Map(special.map(({ id, content }) => [content, id]));
    this.#specialIds = new Set(this.#special.values());
    // The longest first: of two that begin alike the library of the reference takes the longer.
    const alternatives = [...this.#special.keys()].sort((a, b) => b.length - a.length).map((token) => escapeRegExp(token));
    this.#specialPattern = new RegExp(alternatives.length === 0 ? "($.)" : `(${alternatives.join("|")})`, "u");
  }

  /** The texts of all special tokens. */
  get specialTokens(): readonly string[] {
    return [...this.#special.keys()];
  }

  isSpecial(token: number): boolean {
    return this.#specialIds.has(token);
  }

  /** The id of a special token. */
  specialId(text: string): number | undefined {
    return this.#special.get(text);
  }

  /** The text of an added token, such as a placeholder of the chat template. @throws EngineError checkpoint_corrupt. */
  addedText(token: number): string {
    const text = this.#added.get(token);
    if (text === undefined) throw new EngineError("checkpoint_corrupt", { file, reason: `it has no added token ${token}` });
    return text;
  }

  /** Splits a text at its special tokens: texts at even places, special tokens at odd ones. */
  splitAtSpecial(text: string): string[] {
    return text.split(this.#specialPattern);
  }

  /** The tokens of a text in which special tokens count as such, as the Python tokenizer's default is. */
  encode(text: string): number[] {
    return this.splitAtSpecial(text).flatMap((piece, place) => (place % 2 === 0 ? this.encodePlain(piece) : [this.#special.get(piece) ?? 0]));
  }

  /** The tokens of a text in which special tokens are text; `<think>` and its like, which are not special, stay tokens. */
  encodePlain(text: string): number[] {
    return text === "" ? [] : this.#plain.encode(text, { add_special_tokens: false }).ids;
  }

  /** The bytes that a token stands for; they need not be whole characters. None for an id that is not in use. */
  bytes(token: number): Uint8Array {
    return bytesOfToken(this.#added.get(token) ?? this.#plain.id_to_token(token) ?? "");
  }

  /** The text of tokens without the special ones; bytes that are no UTF-8 become U+FFFD. */
  decode(tokens: readonly number[]): string {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const pieces = tokens.filter((token) => !this.isSpecial(token)).map((token) => decoder.decode(this.bytes(token), { stream: true }));
    return pieces.join("") + decoder.decode();
  }
}
