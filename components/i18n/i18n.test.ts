import { createTranslator } from "use-intl";
import { describe, expect, it } from "vitest";
import { httpErrorCodeSchema } from "../../server/protocol.ts";
import { engineErrorCodes } from "../../inference/errors.ts";
import { errorText, pageOnlyCodes, type PageErrorCode } from "./errorText.ts";
import { formatBytes, formatCount, formatMilliseconds, formatParameters, formatPercent, formatRate, formatSeconds } from "./format.ts";
import { locales, type Locale } from "./locale.ts";
import { messagesOf } from "./messages.ts";

const textOf = (locale: Locale) => createTranslator({ locale, messages: messagesOf[locale], onError: (fault) => { throw fault; } });

/** Every code that the page may be given. */
const codes: PageErrorCode[] = [...httpErrorCodeSchema.def.options.flatMap((schema) => schema.options), ...pageOnlyCodes];

function leaves(messages: object, path = ""): [string, string][] {
  return Object.entries(messages).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "object" && value !== null ? leaves(value, `${path}${key}.`) : [[path + key, String(value)] as [string, string]],
  );
}

describe("the languages", () => {
  it("have the same texts with the same figures in them", () => {
    const figures = (text: string) => [...new Set(text.match(/\{\w+(?=[,}])/g))].sort();
    const [en, zh] = [new Map(leaves(messagesOf.en)), new Map(leaves(messagesOf.zh))];
    expect([...zh.keys()]).toEqual([...en.keys()]);
    for (const [key, text] of en) expect([key, ...figures(zh.get(key) ?? "")]).toEqual([key, ...figures(text)]);
  });
});

describe.each(locales)("errors in %s", (locale) => {
  it("all have a cause and what to do, also when figures are missing", () => {
    expect(codes).toEqual(expect.arrayContaining([...engineErrorCodes]));
    for (const code of codes) {
      const { cause, action } = errorText(textOf(locale), locale, { code, params: {} });
      expect(cause, code).toMatch(/\p{L}/u);
      expect(action, code).toMatch(/\p{L}/u);
      expect(cause + action, code).not.toMatch(/[{}]|errors\./);
    }
  });

  it("write figures in the reader's units", () => {
    const large = errorText(textOf(locale), locale, { code: "media_too_large", params: { name: "a.png", bytes: 30 * 1024 ** 2, limit: 20 * 1024 ** 2 } });
    expect(large.cause + large.action).toMatch(/a\.png.*30 MB.*20 MB/);
    const long = errorText(textOf(locale), locale, { code: "video_too_long", params: { name: "a.mp4", seconds: 3725, limit: 3600 } });
    expect(long.cause + long.action).toMatch(/1:02:05.*1:00:00/);
    expect(errorText(textOf(locale), locale, { code: "image_format", params: { name: "a.heic", format: "HEIC" } }).cause).toContain("(HEIC)");
    expect(errorText(textOf(locale), locale, { code: "media_missing", params: { name: "" } }).cause).not.toContain("“");
  });
});

describe("figures", () => {
  it("are written as people write them", () => {
    expect(formatBytes("en", 0)).toBe("0 B");
    expect(formatBytes("en", 1536)).toBe("1.5 KB");
    expect(formatBytes("en", 200 * 1024 ** 2)).toBe("200 MB");
    expect(formatCount("en", 262144)).toBe("262,144");
    expect(formatPercent("zh", 0.404)).toBe("40%");
    expect([0.24, 4.25, 42.4, 59.96, 65, 3605].map((seconds) => formatSeconds("en", seconds))).toEqual(["0.2 s", "4.3 s", "42 s", "1:00", "1:05", "1:00:05"]);
    expect(formatMilliseconds("en", 652.4)).toBe("652 ms");
    expect(formatMilliseconds("en", 1520)).toBe("1.5 s");
    expect([9.96, 43.2].map((rate) => formatRate("en", rate))).toEqual(["10", "43"]);
    expect([11_234_567, 2_127_532_032, 600_000].map((size) => formatParameters("en", size))).toEqual(["11 M", "2.1 B", "0.6 M"]);
  });
});
