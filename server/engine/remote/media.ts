import { open } from "node:fs/promises";
import type { GenerationRequest, ImagePart, MediaPart, VideoPart } from "../../../inference/conversation.ts";
import { sniff, sniffLength } from "../../../inference/media/sniff.ts";
import { EngineError } from "../../../inference/errors.ts";
import type { FittedForm, FittedMedium } from "../../../inference/media/fitted.ts";
import type { Dialect } from "./dialects.ts";
import type { WirePart } from "./request.ts";

export interface MediaWriterOptions {
  dialect: Dialect;
  /** Reduces a medium on this machine; the files are there until the answer ends. */
  fit: (part: MediaPart, form: FittedForm) => Promise<FittedMedium>;
  /** What stands for a file in the request: a link, or a mark in whose place its bytes are sent. */
  place: (path: string, mime: string) => Promise<string>;
  /** Whether vLLM takes options of media in a request; it has a switch for that. */
  takesOptions: boolean;
  onMedium: (medium: number, media: number) => void;
}

export interface WrittenMedia {
  /** For each picture and clip of the request, in order. */
  parts: WirePart[][];
  /** For the request as a whole. */
  extra: Record<string, unknown>;
}

/** Qwen's sampling when a request says nothing of it: frames a second. */
const usualRate = 2;
/** Sent as they are; others are written anew as PNG. */
const plainFormats = new Set(["image/jpeg", "image/png", "image/webp"]);

/** The media of a request in the form that the engine takes. */
export async function writeMedia({ messages }: GenerationRequest, options: MediaWriterOptions): Promise<WrittenMedia> {
  const media = messages.flatMap(({ content }) => (typeof content === "string" ? [] : content.filter((part) => part.type !== "text")));
  const rates: number[] = [];
  const parts: WirePart[][] = [];
  for (const [index, part] of media.entries()) {
    options.onMedium(index + 1, media.length);
    parts.push(part.type === "image" ? [await writePicture(part, options)] : await writeVideo(part, options, (rate) => rates.push(rate)));
  }
  return { parts, extra: options.takesOptions ? rateOptions(options.dialect, rates) : {} };
}

/**
 * vLLM samples a clip again, two frames a second: faster ones would lose frames. The rate is rounded up, so that no frame is lost
 * to rounding; each clip's own frames bound what is taken.
 */
function rateOptions({ name }: Dialect, rates: readonly number[]): Record<string, unknown> {
  const fps = Math.min(30, Math.ceil(Math.max(0, ...rates)));
  if (name !== "vllm" || fps <= usualRate) return {};
  return { mm_processor_kwargs: { fps }, media_io_kwargs: { video: { fps, num_frames: -1 } } };
}

/** All that is said of a medium but what it is. */
function wishesOf(part: MediaPart): Record<string, unknown> {
  return Object.fromEntries(Object.entries(part).filter(([name, value]) => !["type", "image", "video"].includes(name) && value !== undefined));
}

async function writePicture(part: ImagePart, { dialect, fit, place }: MediaWriterOptions): Promise<WirePart> {
  const { image } = part;
  const mime = await mimeOf(image);
  const given = wishesOf(part);
  const isPlain = plainFormats.has(mime);
  const sized = "resized_height" in given || "resized_width" in given;
  if (dialect.media === "options" || (dialect.media === "frames" && isPlain && !sized)) {
    return { type: "image_url", image_url: { url: await place(image, mime) }, ...given };
  }
  if (isPlain && Object.keys(given).length === 0) return { type: "image_url", image_url: { url: await place(image, mime) } };
  return { type: "image_url", image_url: { url: await placeFirst(await fit(part, "frames"), place) } };
}

async function writeVideo(part: VideoPart, { dialect, fit, place }: MediaWriterOptions, onRate: (rate: number) => void): Promise<WirePart[]> {
  const { video } = part;
  const wishes = wishesOf(part);
  switch (dialect.media) {
    case "options":
      if (typeof video === "string") return [{ type: "video_url", video_url: { url: await place(video, await mimeOf(video)) }, ...wishes }];
      return [{ type: "video", video: await Promise.all(video.map(async (path) => place(path, await mimeOf(path)))), ...wishes }];
    case "clips": {
      const fitted = await fit(part, "clip");
      onRate(fitted.frames?.rate ?? usualRate);
      return [{ type: "video_url", video_url: { url: await placeFirst(fitted, place) } }];
    }
    case "frames": {
      const { files, mime, frames } = await fit(part, "frames");
      return [{ type: "video", video: await Promise.all(files.map((path) => place(path, mime))), fps: frames?.rate ?? usualRate }];
    }
    case "pictures": {
      const { files, mime, frames } = await fit(part, "frames");
      const times = frames?.times ?? [];
      const seen = files.map(async (path, index): Promise<WirePart[]> => [
        { type: "text", text: `<${(times[index] ?? 0).toFixed(1)} seconds>` },
        { type: "image_url", image_url: { url: await place(path, mime) } },
      ]);
      return (await Promise.all(seen)).flat();
    }
  }
}

async function placeFirst({ files, mime }: FittedMedium, place: MediaWriterOptions["place"]): Promise<string> {
  const [file] = files;
  if (file === undefined) throw new EngineError("internal");
  return place(file, mime);
}

async function mimeOf(path: string): Promise<string> {
  await using file = await open(path).catch((cause: unknown) => {
    throw new EngineError("media_missing", { name: path }, { cause });
  });
  const { buffer, bytesRead } = await file.read(Buffer.alloc(sniffLength), 0, sniffLength, 0);
  const found = sniff(buffer.subarray(0, bytesRead));
  return found === undefined || found.kind === "refused" ? "application/octet-stream" : found.mime;
}
