import type { Readable } from "node:stream";
import type { RgbImage } from "./resample.ts";

/**
 * Frames from a stream of binary PPM pictures, each of which says its own size: "P6\n<width> <height>\n255\n", then the
 * pixels. A picture that the stream's end cuts off is left out.
 */
export async function* readPpmFrames(stream: Readable): AsyncGenerator<RgbImage> {
  let header = "";
  let frame: RgbImage | undefined;
  let filled = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let offset = 0;
    while (offset < chunk.length) {
      if (!frame) {
        header += String.fromCharCode(chunk[offset] ?? 0);
        offset++;
        frame = parseHeader(header);
        continue;
      }
      const taken = Math.min(frame.data.length - filled, chunk.length - offset);
      frame.data.set(chunk.subarray(offset, offset + taken), filled);
      filled += taken;
      offset += taken;
      if (filled === frame.data.length) {
        yield frame;
        header = "";
        frame = undefined;
        filled = 0;
      }
    }
  }
}

const longestHeader = 32;

/** Undefined: more of the header is to come. */
function parseHeader(header: string): RgbImage | undefined {
  const fields = /^P6\n(\d+) (\d+)\n255\n$/.exec(header);
  if (!fields) {
    if (header.length > longestHeader) throw new Error("Not a PPM stream");
    return undefined;
  }
  const width = Number(fields[1]);
  const height = Number(fields[2]);
  return { width, height, data: new Uint8Array(width * height * 3) };
}
