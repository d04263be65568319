import { execFile } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { findFfmpeg } from "../inference/media/ffmpeg.ts";
import { projectRoot } from "./config.ts";
import { httpErrorSchema, uploadedMediaSchema, type ChatPart, type UploadedMedia } from "./protocol.ts";
import { eventually, TestPage, TestServer } from "./testing/harness.ts";

/**
 * Pictures and clips that were made to harm, through the real server and the real worker: each is refused with its reason, or
 * used, and after each the server is what it was before: the same worker answers the same, and no process, file or handle is left.
 */

let server: TestServer;
let cookie: string;
let folder: string;
let ffmpeg: string;
/** One that is as it should be, and in the folder by the name of clip.mp4. */
let clip: Uint8Array<ArrayBuffer>;
let usual: Awaited<ReturnType<typeof state>> | undefined;
/** Of the answer to a fixed question. */
let known: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hostile-media-"));
  ffmpeg = await findFfmpeg();
  server = await TestServer.start({ worker: join(projectRoot, "inference", "worker.ts"), checkpoint: join(projectRoot, "models", "demo") });
  cookie = await server.visit();
  // What is opened once and for all is opened now.
  await used(new Uint8Array(png({ width: 64, height: 64 })), "a.png");
  clip = await made("clip.mp4", ...pattern(0.5, 10), ...h264);
  await used(clip, "clip.mp4");
  known = await answer([]);
  usual = await state();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});
afterEach(async () => {
  const health = await server.fetch("/healthz", cookie);
  expect([health.status, await health.json()]).toEqual([200, expect.objectContaining({ status: "ok" })]);
  expect(await answer([])).toBe(known);
  await eventually(state).toEqual(usual);
});

/** What must not grow: the worker's processes and handles, and the files kept. */
async function state() {
  const pid = server.engine.workerPid ?? 0;
  const children = await promisify(execFile)("ps", ["-o", "comm=", "--ppid", String(pid)]).then(({ stdout }) => stdout, () => "");
  const handles = await readdir(`/proc/${pid}/fd`);
  return { pid, children: children.trim(), handles: handles.length, files: await server.storedFiles() };
}

async function residentMegabytes(): Promise<number> {
  const status = await readFile(`/proc/${server.engine.workerPid ?? 0}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

async function answer(parts: readonly ChatPart[]): Promise<string> {
  await using page = await TestPage.open(server, cookie);
  const run = randomUUID();
  const content = [...parts, { type: "text", text: "List the shapes." } as const];
  // A few words tell that it works as before.
  page.send({ type: "generate", run, messages: [{ role: "user", content }], settings: { sampling: { greedy: true }, max_new_tokens: 8, stop: [], add_vision_id: false } });
  const end = await page.end(run);
  expect(end.type).toBe("finish");
  expect(end).not.toHaveProperty("damaged");
  return page.text(run);
}

const pattern = (seconds: number, rate: number, size = "64x64") => ["-f", "lavfi", "-i", `testsrc=s=${size}:r=${rate}:d=${seconds}`];
const h264 = ["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast"];

async function made(name: string, ...args: string[]): Promise<Uint8Array<ArrayBuffer>> {
  await promisify(execFile)(ffmpeg, ["-v", "fatal", "-y", ...args, name], { cwd: folder });
  return new Uint8Array(await readFile(join(folder, name)));
}

async function post(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<{ status: number; text: string }> {
  const response = await server.upload(cookie, bytes, name);
  const text = await response.text();
  expect(text).not.toMatch(/0x[0-9a-f]{4}|node_modules|vips|libav|avcodec|\/tmp|\bat .*:\d+:\d+/i);
  expect(text).not.toContain(folder);
  return { status: response.status, text };
}

async function refused(bytes: Uint8Array<ArrayBuffer> | Buffer, name: string): Promise<string> {
  const { status, text } = await post(new Uint8Array(bytes), name);
  return `${status} ${httpErrorSchema.parse(JSON.parse(text)).error.code}`;
}

/** Takes what the engine takes, and looks at it. */
async function used(bytes: Uint8Array<ArrayBuffer>, name: string, sampling: { nframes?: number } = {}): Promise<UploadedMedia> {
  const { status, text } = await post(bytes, name);
  expect(status).toBe(201);
  const media = uploadedMediaSchema.parse(JSON.parse(text));
  expect(await answer([{ type: media.info.kind, media: media.id, ...sampling }])).not.toBe("");
  await server.fetch(`/api/media/${media.id}`, cookie, { method: "DELETE" });
  return media;
}

/** A PNG of one colour, one bit a pixel; `rows` of it are there. */
function png({ width, height, rows = height, extra = [] }: { width: number; height: number; rows?: number; extra?: [type: string, data: Buffer][] }): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const typed = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(typed), 4);
    return Buffer.concat([frame.subarray(0, 4), typed, frame.subarray(4)]);
  };
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const pixels = deflateSync(Buffer.alloc(rows * (1 + Math.ceil(width / 8))));
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    ...extra.map(([type, data]) => chunk(type, data)),
    chunk("IDAT", pixels),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

test("a picture of more pixels than its bytes show is refused by its header", async () => {
  const before = await residentMegabytes();
  const bomb = png({ width: 16_000, height: 16_000 });
  const forged = png({ width: 65_535, height: 65_535, rows: 1 });
  const outcomes = await Promise.all([bomb, bomb, bomb, bomb, forged].map((bytes, index) => refused(bytes, `${index}.png`)));
  expect(outcomes).toEqual(Array.from({ length: 5 }, () => "422 image_too_large"));
  expect((await residentMegabytes()) - before).toBeLessThan(300);
});

test("the smallest pictures and the narrowest allowed are used, others refused", async () => {
  await used(new Uint8Array(png({ width: 1, height: 1 })), "1.png");
  await used(new Uint8Array(png({ width: 1, height: 200 })), "200.png");
  expect(await refused(png({ width: 40, height: 10_000 }), "long.png")).toBe("422 aspect_ratio");
  expect(await refused(Buffer.alloc(0), "empty.png")).toBe("400 media_empty");
});

test("what is cut off, mixed up or no picture at all has one fixed sentence", async () => {
  const whole = Buffer.from(await made("photo.jpg", ...pattern(1, 1, "640x480"), "-frames:v", "1"));
  const broken = Buffer.from(whole);
  randomBytes(500).copy(broken, Math.floor(whole.length / 3));
  const [half, noise] = [whole.subarray(0, whole.length / 2), Buffer.concat([whole.subarray(0, 20), randomBytes(4096)])];
  expect(await refused(half, "half.jpg")).toBe("422 image_corrupt");
  expect(await refused(noise, "noise.jpg")).toBe("422 image_corrupt");
  expect(await refused(randomBytes(4096), "random.png")).toMatch(/^4(15 image_format|22 image_corrupt)$/);
  expect((await post(new Uint8Array(broken), "broken.jpg")).status).toBeOneOf([201, 422]);
  for (const { id } of await kept()) await server.fetch(`/api/media/${id}`, cookie, { method: "DELETE" });
});

async function kept(): Promise<{ id: string }[]> {
  return (await server.storedFiles()).filter((name) => /^[0-9a-f]{64}$/.test(name)).map((id) => ({ id }));
}

test("of a picture that moves, thousands of frames cost what one costs", async () => {
  const still = Buffer.from(await made("still.gif", ...pattern(1, 1), "-frames:v", "1"));
  const frame = still.subarray(still.indexOf(Buffer.from([0x21, 0xf9])), -1);
  const gif = Buffer.concat([still.subarray(0, -1), ...Array.from({ length: 5000 }, () => frame), Buffer.from(";")]);
  const raw = { width: 32, height: 32 * 1000, channels: 3, pageHeight: 32 } as const;
  const frames = Buffer.concat(Array.from({ length: 1000 }, (_, index) => Buffer.alloc(32 * 32 * 3, index % 251)));
  const webp = await sharp(frames, { raw }).webp({ effort: 0 }).toBuffer();
  expect((await used(new Uint8Array(gif), "a.gif")).info).toMatchObject({ width: 64, height: 64 });
  expect((await used(new Uint8Array(webp), "a.webp")).info).toMatchObject({ width: 32, height: 32 });
});

test("what is no picture is not opened, whatever it is called", async () => {
  const svg = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="1e9" height="1e9"><image href="file:///etc/passwd"/></svg>';
  const files = [Buffer.from(svg), Buffer.from("II*\0"), Buffer.from("MM\0*"), Buffer.from("\0\0\0\x0cjP  \r\n", "latin1"), Buffer.from("%PDF-1.7"), Buffer.from("8BPS")];
  for (const bytes of files) expect(await refused(Buffer.concat([bytes, Buffer.alloc(64)]), "x.png")).toBe("415 image_format");
});

test("a playlist is no clip, and nothing that it names is opened", async () => {
  let connections = 0;
  const listener = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  const target = `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}/a.ts`;
  const own = (await server.storedFiles())[0] ?? "a".repeat(64);
  const lists = [
    `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n${target}\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n`,
    `ffconcat version 1.0\nfile '${own}'\nfile '${target}'\n`,
    `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>${target}</BaseURL></MPD>`,
    `v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n`,
  ];
  for (const list of lists) expect(await refused(Buffer.from(list), "x.mp4")).toBe("415 video_format");
  // Behind the first bytes of a clip, too.
  expect(await refused(Buffer.concat([Buffer.from("\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "latin1"), Buffer.from(lists[0] ?? "")]), "x.mp4")).toMatch(/^4(15|22) video_/);
  expect(connections).toBe(0);
  listener.close();
});

test("codecs, lengths, sizes and streams beyond what is taken are refused before anything is decoded", async () => {
  const odd = await made("odd.mkv", ...pattern(0.2, 10), "-c:v", "magicyuv");
  const days = await made("days.mov", "-f", "lavfi", "-i", "color=s=64x64:r=1/86400:d=864000", "-c:v", "mjpeg");
  const large = await made("large.mov", "-f", "lavfi", "-i", "color=s=7680x4320:r=1:d=1", "-c:v", "mjpeg");
  const many = await made("many.mkv", "-i", "clip.mp4", ...Array.from({ length: 40 }, () => ["-map", "0:v"]).flat(), "-c", "copy");
  const sound = await made("sound.mp4", "-f", "lavfi", "-i", "sine", "-t", "0.5", "-c:a", "aac");
  expect(await refused(odd, "odd.mkv")).toBe("422 video_codec");
  expect(await refused(days, "days.mov")).toBe("422 video_too_long");
  expect(await refused(large, "large.mov")).toBe("422 image_too_large");
  expect(await refused(many, "many.mkv")).toBe("422 video_too_many_streams");
  expect(await refused(sound, "sound.mp4")).toBe("422 video_no_stream");
});

test("a hundred thousand frames are listed, not decoded", async () => {
  await made("second.mp4", ...pattern(1, 1000, "16x16"), "-c:v", "mpeg4", "-g", "100");
  const flood = await made("flood.mp4", "-stream_loop", "99", "-i", "second.mp4", "-c", "copy");
  const { info } = await used(flood, "flood.mp4", { nframes: 4 });
  expect(info).toMatchObject({ kind: "video", frames: 100_000 });
});

test("attachments, subtitles and long texts within a file are not looked at", async () => {
  await writeFile(join(folder, "a.srt"), "1\n00:00:00,000 --> 00:00:01,000\nhello\n");
  await writeFile(join(folder, "a.bin"), randomBytes(1_000_000));
  const mkv = await made("all.mkv", "-i", "clip.mp4", "-i", "a.srt", "-map", "0", "-map", "1", "-c", "copy", "-attach", "a.bin", "-metadata:s:t", "mimetype=application/octet-stream", "-metadata", `title=${"x".repeat(100_000)}`);
  await used(mkv, "all.mkv");
  const text = Buffer.concat([Buffer.from("Comment\0"), Buffer.alloc(15_000_000, "x")]);
  await used(new Uint8Array(png({ width: 64, height: 64, extra: [["tEXt", text]] })), "text.png");
});

test("a clip with a hole is used as far as it goes, a single frame twice, and one without an index is refused", async () => {
  const whole = await made("whole.mp4", ...pattern(3, 10, "160x120"), ...h264, "-g", "10");
  const holed = Buffer.from(whole);
  // Its index stands at the end, and stays.
  randomBytes(Math.floor(whole.length / 4)).copy(holed, Math.floor(whole.length / 3));
  const { id, info } = uploadedMediaSchema.parse(JSON.parse((await post(new Uint8Array(holed), "holed.mp4")).text));
  expect(info).toMatchObject({ kind: "video", frames: 30 });
  {
    await using page = await TestPage.open(server, cookie);
    const run = randomUUID();
    page.ask(run, { type: "video", media: id }, "Describe the clip.");
    expect(await page.end(run)).toMatchObject({ type: "finish", damaged: [id] });
    await server.fetch(`/api/media/${id}`, cookie, { method: "DELETE" });
  }
  await used(await made("single.mp4", ...pattern(0.1, 10), "-frames:v", "1", ...h264), "single.mp4");
  expect(await refused(whole.subarray(0, whole.length / 2), "half.mp4")).toBe("422 video_corrupt");
});

test("names are labels: they reach no folder, no format and no option of a program", async () => {
  for (const name of ["-i.mp4", "%d.mp4", "../../x.mp4", "a\u0000b.mp4", "concat:a.mp4", `${"n".repeat(9000)}.mp4`]) {
    const { id, name: shown } = uploadedMediaSchema.parse(JSON.parse((await post(clip, name)).text));
    await server.fetch(`/api/media/${id}`, cookie, { method: "DELETE" });
    expect(shown.length).toBeLessThanOrEqual(128);
    expect(["/", "\\", "\u0000"].filter((sign) => shown.includes(sign))).toEqual([]);
  }
});
