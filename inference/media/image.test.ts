import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { decodeImage } from "./image.ts";
import { rejectionOf } from "./testContext.ts";

const folder = join(import.meta.dirname, "fixtures");
const context = { limits: { imagePixels: 50_000_000 } };
const pictures = z
  .record(z.string(), z.object({ width: z.number(), height: z.number(), rgb: z.base64() }))
  .parse(JSON.parse(readFileSync(join(folder, "pictures.json"), "utf8")));
const read = (name: string): Buffer => readFileSync(join(folder, name));
const refusal = (bytes: Buffer) => rejectionOf(decodeImage(bytes, "picture", context));

/** Only the header and a little of the pixels of a PNG. */
function pngOfSize(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const typed = Buffer.concat([Buffer.from(type), data]);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(typed));
    return Buffer.concat([length, typed, checksum]);
  };
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(Buffer.alloc(100))), chunk("IEND", Buffer.alloc(0))]);
}

describe("decodeImage", () => {
  it.each(Object.keys(pictures))("gives the pixels that Pillow gives of %s", async (name) => {
    const { width, height, data } = await decodeImage(read(name), name, context);
    const expected = pictures[name];
    expect({ width, height }).toEqual({ width: expected?.width, height: expected?.height });
    expect(Buffer.from(data).toString("base64")).toBe(expected?.rgb);
  });

  it.each(["rgb.jpg", "rgba.png", "lossy.webp"])("refuses a part of %s", async (name) => {
    const bytes = read(name);
    // Half of so small a picture would be headers only.
    expect(await refusal(bytes.subarray(0, Math.floor(bytes.length * 0.8)))).toBe("image_corrupt");
  });

  it("names what it can't read, whatever the file is called", async () => {
    const error = decodeImage(Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"), "x.png", context);
    await expect(error).rejects.toMatchObject({ code: "image_format", params: { name: "x.png", format: "SVG" } });
    expect(await refusal(Buffer.from("no picture"))).toBe("image_format");
  });

  it("refuses by the header", async () => {
    expect(await refusal(Buffer.alloc(0))).toBe("media_empty");
    expect(await refusal(pngOfSize(20_000, 20_000))).toBe("image_too_large");
    expect(await refusal(pngOfSize(65_535, 65_535))).toBe("image_too_large");
    expect(await refusal(pngOfSize(1, 400))).toBe("aspect_ratio");
    expect(await refusal(pngOfSize(100, 100))).toBe("image_corrupt");
  });
});
