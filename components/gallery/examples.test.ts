import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { locales } from "../i18n/locale.ts";
import { messagesOf } from "../i18n/messages.ts";
import { conversationSettingsSchema } from "../settings/settings.ts";
import { canDemo, examples, sectionsOf, thumbnailUrl } from "./examples.ts";

const publicFolder = path.join(import.meta.dirname, "..", "..", "public");
const sizeOf = (url: string) => statSync(path.join(publicFolder, url)).size;

describe("the examples", () => {
  it("have their pictures and clips, which are what they are called, and small thumbnails", () => {
    for (const example of examples) {
      for (const url of example.media) {
        const bytes = readFileSync(path.join(publicFolder, url));
        if (url.endsWith(".png")) expect(bytes.subarray(1, 4).toString(), url).toBe("PNG");
        else expect(bytes.subarray(4, 8).toString(), url).toBe("ftyp");
      }
      expect(sizeOf(thumbnailUrl(example)), example.id).toBeLessThan(25_000);
    }
  });

  it("weigh less than 6 MB together, and nothing lies there that none of them shows", () => {
    const files = readdirSync(path.join(publicFolder, "gallery"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const total = files.reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
    expect(total).toBeLessThan(6e6);
    const shown = new Set(examples.flatMap((example) => [...example.media, thumbnailUrl(example)]).map((url) => path.basename(url)));
    const thumbnailsOfMore = /^report-[24]\.webp$|^report-3\.webp$/u;
    expect(files.map(({ name }) => name).filter((name) => !shown.has(name) && !thumbnailsOfMore.test(name))).toEqual([]);
  });

  it("have a title and a question in every language, and settings that a conversation takes", () => {
    for (const locale of locales) {
      const texts = messagesOf[locale].gallery.examples;
      expect(Object.keys(texts).sort()).toEqual(examples.map(({ id }) => id).sort());
      for (const { id } of examples) expect(texts[id].title.length * texts[id].prompt.length, id).toBeGreaterThan(0);
    }
    for (const { id, settings } of examples) expect(conversationSettingsSchema.parse(settings ?? {}), id).toMatchObject(settings ?? {});
  });

  it("begin with what the embedded model can answer where it runs", () => {
    for (const locale of locales) {
      const embedded = sectionsOf(locale, true);
      expect(embedded[0]?.examples.every((example) => canDemo(example, locale))).toBe(true);
      expect(embedded.slice(1).flatMap((section) => section.examples).some(({ demo }) => demo !== undefined)).toBe(false);
      expect(sectionsOf(locale, false).at(-1)).toEqual(embedded[0]);
    }
  });
});
