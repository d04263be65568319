import format, { type CompiledMessage, type FormatValues } from "icu-minify/format";
import IntlMessageFormat from "intl-messageformat";
import { expect, it } from "vitest";
import { compileMessages } from "./compileMessages.ts";
import { textFormats } from "./format.ts";
import { locales } from "./locale.ts";
import { messagesOf } from "./messages.ts";

const formatters = {
  getDateTimeFormat: (...of: ConstructorParameters<typeof Intl.DateTimeFormat>) => new Intl.DateTimeFormat(...of),
  getNumberFormat: (...of: ConstructorParameters<typeof Intl.NumberFormat>) => new Intl.NumberFormat(...of),
  getPluralRules: (...of: ConstructorParameters<typeof Intl.PluralRules>) => new Intl.PluralRules(...of),
};

function leaves(node: object, path: readonly string[] = []): { path: string[]; leaf: unknown }[] {
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? leaves(value, [...path, key]) : [{ path: [...path, key], leaf: value }],
  );
}

const at = (node: unknown, path: readonly string[]): unknown => path.reduce<unknown>((inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined), node);

it.each(locales)("every compiled text in %s says what it said", (locale) => {
  const messages = messagesOf[locale];
  const compiled = compileMessages(messages);
  expect(compiled.gallery.examples).toBe(messages.gallery.examples);
  expect(structuredClone(compiled)).toStrictEqual(compiled); // React sends nothing else to a browser
  for (const { path, leaf } of leaves(messages)) {
    if (typeof leaf !== "string" || path.slice(0, 2).join(".") === "gallery.examples") continue;
    for (const figure of [0, 1, 12_345]) {
      const values = Object.fromEntries([...leaf.matchAll(/\{(\w+)(, (?:plural|number))?/g), ...leaf.matchAll(/<(\w+)>()/g)].map(([tag = "", name = "", plural]) => [name, tag.startsWith("<") ? (parts: unknown[]) => `[${parts.join("")}]` : plural === undefined ? `“${name}”` : figure]));
      const expected = new IntlMessageFormat(leaf, locale).format(values);
      const text = format(at(compiled, path) as CompiledMessage, locale, values as FormatValues<string>, { formatters, formats: textFormats });
      expect([path.join("."), [text].flat().join("")]).toEqual([path.join("."), [expected].flat().join("")]);
    }
  }
});
