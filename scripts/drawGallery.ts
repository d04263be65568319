import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import sharp from "sharp";
import { clips, pictures } from "./gallery/index.ts";

/** Draws the pictures and clips of the gallery into public/gallery: `node --import tsx scripts/drawGallery.ts [name …]`; all without a name. */

const folder = fileURLToPath(new URL("../public/gallery/", import.meta.url));
const thumbnails = path.join(folder, "thumbnails");
const thumbnail = { width: 320, height: 240 };
const run = promisify(execFile);
const wanted = new Set(process.argv.slice(2));
const isWanted = (name: string) => wanted.size === 0 || wanted.has(name);

await mkdir(thumbnails, { recursive: true });
for (const [name, draw] of Object.entries(pictures)) {
  if (!isWanted(name)) continue;
  const drawn = await sharp(Buffer.from(draw())).png().toBuffer();
  await sharp(drawn).png({ palette: true, colours: 200, effort: 10, compressionLevel: 9 }).toFile(path.join(folder, `${name}.png`));
  await writeThumbnail(drawn, name);
}
for (const [name, { frames, fps, at }] of Object.entries(clips)) {
  if (isWanted(name)) await drawClip(name, await Promise.all(frames().map((frame) => sharp(Buffer.from(frame)).png().toBuffer())), { fps, at });
}

async function drawClip(name: string, frames: readonly Buffer[], { fps, at }: { fps: number; at: number }): Promise<void> {
  const work = await mkdtemp(path.join(tmpdir(), "gallery-"));
  try {
    for (const [index, frame] of frames.entries()) await writeFile(path.join(work, `${String(index).padStart(4, "0")}.png`), frame);
    const encoding = ["-c:v", "libx264", "-preset", "veryslow", "-crf", "26", "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact"];
    await run("ffmpeg", ["-y", "-loglevel", "error", "-framerate", String(fps), "-i", path.join(work, "%04d.png"), ...encoding, path.join(folder, `${name}.mp4`)]);
    const still = frames[Math.round(at * fps)];
    if (still) await writeThumbnail(still, name);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function writeThumbnail(picture: Buffer, name: string): Promise<void> {
  await sharp(picture).resize({ ...thumbnail, fit: "cover", position: "top" }).webp({ quality: 82, effort: 6 }).toFile(path.join(thumbnails, `${name}.webp`));
}
