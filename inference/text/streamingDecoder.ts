import type { TextTokenizer } from "./tokenizer.ts";

/** Turns tokens into text as they come: never half a character, never a special token. */
export class StreamingDecoder {
  readonly #tokenizer: TextTokenizer;
  /** Holds back the bytes of a character that is not complete; keeps a byte order mark, which is text here. */
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  constructor(tokenizer: TextTokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** The text that this token completes, which may be empty. */
  push(token: number): string {
    return this.#tokenizer.isSpecial(token) ? "" : this.#decoder.decode(this.#tokenizer.bytes(token), { stream: true });
  }

  /** What is still held back when generation ends: nothing, or U+FFFD for a character that was never completed. */
  flush(): string {
    return this.#decoder.decode();
  }
}
