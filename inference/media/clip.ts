import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { EngineError } from "../errors.ts";
import type { MediaContext } from "./context.ts";
import { decodingRuns, type DecodingRun } from "./decodingRuns.ts";
import { FfmpegTimeout, inputOptions, mostStreams, runFfmpeg, videoCodecs } from "./ffmpeg.ts";
import { readPpmFrames } from "./ppm.ts";
import type { RgbImage } from "./resample.ts";
import type { Size } from "./smartResize.ts";
import { sniff, sniffLength } from "./sniff.ts";

/** A clip in a file, as ffmpeg sees it: what is in it, and its frames by their index. */

export interface ClipFile {
  path: string;
  /** For error messages. */
  name: string;
}

export interface ClipInfo {
  /** Container and codec by ffmpeg's names. */
  format: string;
  codec: string;
  frames: number;
  /** The average: frames over the seconds from the first frame's begin to the last one's end, as torchcodec counts it. */
  fps: number;
  seconds: number;
  hasAudio: boolean;
  /** Where the container can be entered in its middle without loss: each frame's time in seconds, and the key frames. */
  index: { times: readonly number[]; keyFrames: readonly number[] } | undefined;
}

/** A clip that was looked into. */
export interface Clip extends ClipFile {
  info: ClipInfo;
}

export type ClipContext = Pick<MediaContext, "limits" | "signal">;

/** Those that have an index of their frames; in the others ffmpeg guesses where it is. */
const seekableContainers = /^(?:mov|matroska),/;

/** The stream that is decoded: the first that is a video and no cover picture. */
const firstVideo = ["-map", "0:V:0"];

/**
 * Reads a clip's packets without decoding them: ffmpeg-static brings no ffprobe.
 *
 * @throws EngineError media_empty, video_format, video_no_stream, video_too_many_streams, video_codec, video_corrupt, video_too_long, image_too_large
 */
export async function probeClip(ffmpeg: string, file: ClipFile, context: ClipContext): Promise<ClipInfo> {
  const { name } = file;
  await checkFormat(file);
  const { limits } = context;
  const output = [...firstVideo, "-c", "copy", "-copyinkf", "-copyts", "-f", "framecrc", "pipe:1"];
  const result = await runOnClip(ffmpeg, file, context, { output, consume: readPackets });
  const packets = result.value;

  if (result.stderr.includes("Format not on whitelist")) throw new EngineError("video_format", { name, format: "unknown" });
  if (result.stderr.includes("exceeds max_streams")) throw new EngineError("video_too_many_streams", { name, limit: mostStreams });
  if (result.stderr.includes("matches no streams")) throw new EngineError("video_no_stream", { name });
  const [, width, height] = /Picture size (\d+)x(\d+) .*(?:exceeds|is invalid)/.exec(result.stderr) ?? [];
  if (packets.frames.length === 0 && width !== undefined) throw frameTooLarge(name, { width: Number(width), height: Number(height) }, limits);
  if (packets.frames.length === 0 || packets.codec === "") {
    throw new EngineError("video_corrupt", { name }, { cause: new Error(result.stderr) });
  }
  if (!videoCodecs.includes(packets.codec)) throw new EngineError("video_codec", { name, codec: packets.codec });
  if (packets.width * packets.height > limits.framePixels) throw frameTooLarge(name, packets, limits);
  // Multiplied first and divided then, as torchcodec does: the average of the frame rate is a quotient of whole numbers again.
  const inSeconds = (time: number) => (time * packets.timeBase.numerator) / packets.timeBase.denominator;
  const seconds = inSeconds(packets.end) - inSeconds(packets.begin);
  const frames = packets.frames.length;
  // A single frame may have no duration, and needs none.
  if (!(seconds > 0) && frames !== 1) throw new EngineError("video_corrupt", { name }, { cause: new Error(`A clip of ${seconds} s`) });
  if (seconds > limits.videoSeconds) {
    throw new EngineError("video_too_long", { name, seconds: Math.round(seconds), limit: limits.videoSeconds });
  }
  // Lines of the file's own texts are indented deeper, so none can pass for these.
  const format = /^Input #0, (.+), from /m.exec(result.stderr)?.[1] ?? "unknown";
  const hasAudio = /^ {2}Stream #0:\d+.*: Audio: /m.test(result.stderr);
  const index = seekableContainers.test(format) ? indexOf(packets, inSeconds) : undefined;
  return { format, codec: packets.codec, frames, fps: seconds > 0 ? frames / seconds : 1, seconds, hasAudio, index };
}

function frameTooLarge(name: string, { width, height }: Size, { framePixels }: ClipContext["limits"]): EngineError {
  return new EngineError("image_too_large", { name, width, height, limit: framePixels });
}

async function checkFormat({ path, name }: ClipFile): Promise<void> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(sniffLength), 0, sniffLength, 0);
  if (bytesRead === 0) throw new EngineError("media_empty", { name });
  const found = sniff(buffer.subarray(0, bytesRead));
  if (found?.kind !== "video") throw new EngineError("video_format", { name, format: found?.format ?? "unknown" });
}

interface Packets {
  codec: string;
  width: number;
  height: number;
  /** In the order of the file. */
  frames: { time: number; isKey: boolean }[];
  /** Of the first frame and behind the last one, in units of `timeBase` seconds. */
  begin: number;
  end: number;
  timeBase: { numerator: number; denominator: number };
}

const noTimestamp = "-9223372036854775808";
const keyFlag = 1;
const discardFlag = 4;

/**
 * Reads ffmpeg's framecrc listing: `#` lines on the stream, then a line a packet:
 * stream, decoding time, presentation time, duration, size, checksum, and flags unless it is simply a key frame.
 */
async function readPackets(stdout: Readable): Promise<Packets> {
  const packets: Packets = { codec: "", width: 0, height: 0, frames: [], begin: Infinity, end: -Infinity, timeBase: { numerator: 0, denominator: 1 } };
  for await (const line of createInterface({ input: stdout, crlfDelay: Infinity })) {
    if (line.startsWith("#")) {
      readStreamLine(line, packets);
      continue;
    }
    const [, decoding, presentation, duration, , , flags] = line.split(",").map((field) => field.trim());
    const bits = flags?.startsWith("F=0x") ? Number.parseInt(flags.slice(4), 16) : keyFlag;
    // An edit list can cut frames that others are predicted from: they are decoded, but never shown.
    if ((bits & discardFlag) !== 0) continue;
    const begin = Number(presentation === noTimestamp ? decoding : presentation);
    packets.frames.push({ time: begin, isKey: (bits & keyFlag) !== 0 });
    packets.begin = Math.min(packets.begin, begin);
    packets.end = Math.max(packets.end, begin + Number(duration));
  }
  return packets;
}

function readStreamLine(line: string, packets: Packets): void {
  const [, key, value = ""] = /^#(\w+) 0: (.*)$/.exec(line) ?? [];
  switch (key) {
    case "codec_id":
      packets.codec = value;
      break;
    case "dimensions": {
      const [width = 0, height = 0] = value.split("x").map(Number);
      packets.width = width;
      packets.height = height;
      break;
    }
    case "tb": {
      const [numerator = 0, denominator = 1] = value.split("/").map(Number);
      packets.timeBase = { numerator, denominator };
      break;
    }
    default:
  }
}

interface DecodeOptions extends ClipContext {
  /** Ascending. */
  indices: readonly number[];
  /** `position` counts the indices. */
  onFrame: (frame: RgbImage, position: number) => Promise<void>;
}

/**
 * Decodes the frames at the given indices, upright, in ffmpeg's default conversion to RGB, one after the other: the next is
 * decoded while the consumer works, but no more of them wait than a pipe holds. Where the clip is damaged, the frame before
 * stands in for a missing one.
 *
 * @returns whether every frame was decoded without a fault
 * @throws EngineError video_corrupt when no frame can be decoded.
 */
export async function decodeFrames(ffmpeg: string, clip: Clip, options: DecodeOptions): Promise<boolean> {
  const { index } = clip.info;
  const runs = index ? decodingRuns(options.indices, index.keyFrames) : [{ seeks: false, indices: options.indices }];
  let last: RgbImage | undefined;
  let position = 0;
  let whole = true;
  for (const run of runs) {
    const end = position + run.indices.length;
    const onFrame = async (frame: RgbImage): Promise<void> => {
      last = frame;
      await options.onFrame(frame, position++);
    };
    whole = (await decodeRun(ffmpeg, clip, { ...options, run, onFrame })) && whole && position === end;
    if (!last) throw new EngineError("video_corrupt", { name: clip.name });
    while (position < end) await options.onFrame(last, position++);
  }
  return whole;
}

/** How ffmpeg says that it goes on behind a part that it could not decode. */
const decodingFault = /error while decoding|error submitting packet|corrupt(?:ed)? (?:decoded )?(?:frame|input packet)|concealing \d+/i;


async function decodeRun(
  ffmpeg: string,
  clip: Clip,
  options: ClipContext & { run: DecodingRun; onFrame: (frame: RgbImage) => Promise<void> },
): Promise<boolean> {
  const { seeks, indices } = options.run;
  const first = seeks ? (indices[0] ?? 0) : 0;
  const selection = selectionOf(indices.map((index) => index - first));
  const output = [
    ...[...firstVideo, "-an", "-sn", "-dn", "-map_metadata", "-1"],
    // New, even times, or frames would be repeated or dropped to keep the clip's rate. (The option against that has changed
    // its name between versions of ffmpeg.)
    ...["-vf", `select='${selection}',settb=1/25,setpts=N`, "-r", "25", "-frames:v", String(indices.length)],
    ...["-c:v", "ppm", "-pix_fmt", "rgb24", "-f", "image2pipe", "pipe:1"],
  ];
  const consume = async (stdout: Readable): Promise<void> => {
    for await (const frame of readPpmFrames(stdout)) await options.onFrame(frame);
  };
  const { stderr } = await runOnClip(ffmpeg, clip, options, { seek: seeks ? seekOptions(clip.info, first) : [], output, consume });
  return !decodingFault.test(stderr);
}

/** ffmpeg drops the frames before the time to which it seeks: one between the wanted frame's and that of the one before. */
function seekOptions({ index }: ClipInfo, first: number): string[] {
  const time = index?.times[first] ?? 0;
  const before = index?.times[first - 1] ?? time;
  return ["-seek_timestamp", "1", "-ss", ((before + time) / 2).toFixed(6)];
}

/** Ascending indices as an expression of ffmpeg: a binary search, because a sum of over 100 terms nests too deep for it. */
function selectionOf(indices: readonly number[]): string {
  if (indices.length <= 1) return `eq(n,${indices[0] ?? -1})`;
  const middle = indices.length >> 1;
  return `if(lt(n,${indices[middle] ?? 0}),${selectionOf(indices.slice(0, middle))},${selectionOf(indices.slice(middle))})`;
}

function indexOf({ frames }: Packets, inSeconds: (time: number) => number): NonNullable<ClipInfo["index"]> {
  const shown = frames.toSorted((a, b) => a.time - b.time);
  const keyFrames = shown.flatMap(({ isKey }, position) => (isKey ? [position] : []));
  return { times: shown.map(({ time }) => inSeconds(time)), keyFrames };
}

async function runOnClip<Value>(
  ffmpeg: string,
  file: ClipFile,
  context: ClipContext,
  run: { seek?: readonly string[]; output: readonly string[]; consume: (stdout: Readable) => Promise<Value> },
): Promise<{ value: Value; stderr: string }> {
  const args = [...inputOptions(context.limits), ...(run.seek ?? []), "-i", `file:${file.path}`, ...run.output];
  try {
    return await runFfmpeg({ executable: ffmpeg, args, seconds: context.limits.ffmpegSeconds, signal: context.signal }, run.consume);
  } catch (fault) {
    if (fault instanceof FfmpegTimeout) throw new EngineError("video_corrupt", { name: file.name }, { cause: fault });
    throw fault;
  }
}
