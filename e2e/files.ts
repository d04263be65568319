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

/** A PDF with one line of text on each page. `locked`: it asks for a password, which nobody knows. */
export function pdf(pages: readonly string[], { width = 200, height = 100, locked = false } = {}): Buffer {
  const kids = pages.map((_, index) => `${4 + 2 * index} 0 R`).join(" ");
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ...pages.flatMap((line, index) => {
      const content = `BT /F1 24 Tf 20 40 Td (${line.replace(/[()\\]/g, "\\$&")}) Tj ET`;
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * index} 0 R >>`,
        `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      ];
    }),
  ];
  const nonsense = "5".repeat(64);
  if (locked) objects.push(`<< /Filter /Standard /V 1 /R 2 /P -4 /O <${nonsense}> /U <${nonsense}> >>`);
  let text = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  const security = locked ? `/Encrypt ${objects.length} 0 R /ID [<00> <00>] ` : "";
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${security}>>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(`${text}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join("")}${trailer}`, "latin1");
}
