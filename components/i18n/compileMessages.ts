import compile from "icu-minify/compile";
import type { Messages } from "./en.ts";

/**
 * The texts in the form that use-intl shows without a parser. To everybody else they are what they were, so they keep their type;
 * the gallery's examples are read as they are, and stay so.
 */
export function compileMessages(messages: Messages): Messages {
  const { examples, ...gallery } = messages.gallery;
  const compiled = mapTexts({ ...messages, gallery }, (text) => plain(compile(text))) as Messages;
  return { ...compiled, gallery: { ...compiled.gallery, examples } };
}

/** As React sends it to the browser: it refuses objects without a prototype. */
function plain(compiled: unknown): unknown {
  return JSON.parse(JSON.stringify(compiled));
}

function mapTexts(node: object, change: (text: string) => unknown): object {
  return Object.fromEntries(Object.entries(node).map(([key, value]: [string, unknown]) => [key, typeof value === "string" ? change(value) : typeof value === "object" && value !== null ? mapTexts(value, change) : value]));
}
