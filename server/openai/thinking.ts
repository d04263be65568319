/** What of an answer is thought and what is said. */
export interface ThoughtOrText {
  reasoning: string;
  content: string;
}

const opening = "<think>";
const closing = "</think>";

/**
 * Splits an answer at its `<think>` and `</think>` while it is written. A Thinking model's answer begins within the thought,
 * as its prompt ends with the opening tag; it may repeat that tag. After `</think>` everything is content. Holds back no
 * more than what may be the beginning of a tag, and the blank space around the tags, which belongs to neither.
 */
export class ThinkingSplitter {
  #state: "start" | "thinking" | "gap" | "content";
  readonly #prompted: boolean;
  #held = "";
  /** Whether any of the thought was there. */
  #begun = false;

  /** @param prompted whether the prompt ends within a thought */
  constructor(prompted: boolean) {
    this.#prompted = prompted;
    this.#state = "start";
  }

  push(delta: string): ThoughtOrText {
    this.#held += delta;
    return this.#drain(false);
  }

  flush(): ThoughtOrText {
    return this.#drain(true);
  }

  #drain(ended: boolean): ThoughtOrText {
    const out: ThoughtOrText = { reasoning: "", content: "" };
    if (this.#state === "start") this.#begin(ended);
    if (this.#state === "thinking") out.reasoning = this.#think(ended);
    if (this.#state === "gap") {
      this.#held = this.#held.trimStart();
      if (this.#held !== "") this.#state = "content";
    }
    if (this.#state === "content") {
      out.content = this.#held;
      this.#held = "";
    }
    return out;
  }

  /** Whether the answer begins with the tag is known when as much text is there as the tag has. */
  #begin(ended: boolean): void {
    const text = this.#held.trimStart();
    if (!ended && text.length < opening.length && opening.startsWith(text)) return;
    if (text.startsWith(opening)) this.#held = text.slice(opening.length);
    this.#state = text.startsWith(opening) || this.#prompted ? "thinking" : "content";
  }

  #think(ended: boolean): string {
    if (!this.#begun) this.#held = this.#held.trimStart();
    this.#begun ||= this.#held !== "";
    const end = this.#held.indexOf(closing);
    if (end >= 0) {
      const thought = this.#held.slice(0, end).trimEnd();
      this.#held = this.#held.slice(end + closing.length);
      this.#state = "gap";
      return thought;
    }
    // Blank space may stand before the tag, which may have begun.
    const shown = ended ? this.#held.length : this.#held.slice(0, this.#held.length - begun(this.#held, closing)).trimEnd().length;
    const thought = this.#held.slice(0, shown);
    this.#held = this.#held.slice(shown);
    return thought;
  }
}

/** How many characters at the end of a text may be the beginning of a tag. */
export function begun(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length -= 1) {
    if (text.endsWith(tag.slice(0, length))) return length;
  }
  return 0;
}
