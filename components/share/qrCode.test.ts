import { encode } from "uqr";
import { expect, test } from "vitest";
import { draw } from "./QrCode.tsx";

test("the drawing has every dark module of the code and no other", () => {
  const text = "https://example.com/shared/0123456789abcdef0123456789abcdef";
  const { data } = encode(text, { border: 4 });
  const { path, size } = draw(text);
  const drawn = data.map((row) => row.map(() => false));
  for (const [, x = "", y = "", length = ""] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\1z/g)) {
    for (let at = Number(x); at < Number(x) + Number(length); at++) {
      const row = drawn[Number(y)];
      if (row) row[at] = true;
    }
  }
  expect(size).toBe(data.length);
  expect(drawn).toEqual(data);
});
