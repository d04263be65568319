import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { resizeBicubic } from "./resample.ts";

/** Noise that is easily made again elsewhere: (i · 2654435761 mod 2³²) >> 24. */
function noise(width: number, height: number) {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, index) => Math.imul(index, 2654435761) >>> 24);
  return { width, height, data };
}

// SHA-256 of Image.fromarray(noise).resize((width, height)).tobytes() of Pillow 12.
it.each([
  [90, 70, 32, 64, "b9f5528c874ee28ac85aff1f5fe7d9e6ff77204945f7d446c35065e0f767bc08"],
  [37, 211, 64, 352, "b7835fe9567f43817b5936663a485f392f7ebe5dadefee43b9110be574861e9d"],
  [5, 3, 96, 64, "ec54c4c162b84e7f26c22db4afcc928cbecc64a2bb5effcfb6be7b8af4a7ccaf"],
  [640, 480, 640, 256, "47689fe22c39ac5d815a68ee9cc6af14e4b73ef5f3e0682fc2d1afdcaf3bbb65"],
])("resizes %i × %i to %i × %i as Pillow does", async (fromWidth, fromHeight, ...[width, height, expected]) => {
  const resized = await resizeBicubic(noise(fromWidth, fromHeight), { width, height });
  expect(createHash("sha256").update(resized.data).digest("hex")).toBe(expected);
});

it("lets other events through and stops when it is told to", async () => {
  const abort = new AbortController();
  const resizing = resizeBicubic(noise(900, 600), { width: 3000, height: 2000 }, abort.signal);
  setImmediate(() => abort.abort(new Error("stopped")));
  await expect(resizing).rejects.toThrow("stopped");
});
