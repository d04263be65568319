import { expect, test } from "vitest";
import { engineErrorCodes } from "./errors.ts";
import { explain } from "./errorText.ts";

test.each(engineErrorCodes)("%s says what happened and what to do, with and without figures", (code) => {
  for (const params of [{}, { name: "a.png", format: "TIFF", limit: 1000, bytes: 2000, reason: "because", folder: "/Here", file: "there" }]) {
    const text = explain({ code, params });
    expect(text).toMatch(/^[A-Z“].+\.$/);
    expect(text).not.toMatch(/undefined|NaN|\(\)|\s{2}|\$\{/);
  }
});

test("names the file, the format and the way out", () => {
  expect(explain({ code: "image_format", params: { name: "x.heic", format: "HEIC" } })).toBe(
    "“x.heic” is not a picture that can be read (it is HEIC). Save it as JPEG, PNG, WebP or GIF and try again.",
  );
  expect(explain({ code: "media_too_large", params: { name: "a.mp4", limit: 200 * 1024 * 1024 } })).toContain("larger than 200 MiB");
});
