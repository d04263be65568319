import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { crc32, deflateSync } from "node:zlib";
import { findFfmpeg } from "../inference/media/ffmpeg.ts";

/** Files that are made for a test. */

const run = promisify(execFile);

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** A PNG in RGB; the pixels may be fewer than the header says. */
export function png(width: number, height: number, pixels: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const bitDepth = 8;
  const rgb = 2;
  header.set([bitDepth, rgb, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(pixels)), chunk("IEND", Buffer.alloc(0))]);
}

/** The bytes of one row of white pixels: a filter and three values a pixel. */
export function whiteRow(width: number): Buffer {
  return Buffer.concat([Buffer.from([0]), Buffer.alloc(3 * width, 255)]);
}

/** A PNG that does not compress. */
export function noisePng(width: number, height: number): Buffer {
  const rows = Array.from({ length: height }, () => Buffer.concat([Buffer.from([0]), randomBytes(3 * width)]));
  return png(width, height, Buffer.concat(rows));
}

/** What ffmpeg writes with these arguments to a file with this ending. */
export async function ffmpegFile(args: readonly string[], ending: string): Promise<Buffer> {
  const folder = await mkdtemp(path.join(tmpdir(), "qwen-demo-file-"));
  try {
    const file = path.join(folder, `made${ending}`);
    await run(await findFfmpeg(process.env.FFMPEG_PATH), ["-v", "error", ...args, file]);
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
