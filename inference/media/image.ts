import { endianness } from "node:os";
import sharp, { type Metadata, type Sharp } from "sharp";
import { EngineError } from "../errors.ts";
import type { MediaLimits } from "./context.ts";
import type { RgbImage } from "./resample.ts";
import { Slices } from "./slices.ts";
import { maxAspectRatio } from "./smartResize.ts";
import { sniff, type ImageFormat } from "./sniff.ts";

/** Pictures as Pillow and qwen-vl-utils `to_rgb` decode them, but turned upright as their EXIF says. */

// Only these decoders can ever run, whatever the bytes claim to be.
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: ["VipsForeignLoadJpegBuffer", "VipsForeignLoadPngBuffer", "VipsForeignLoadWebpBuffer", "VipsForeignLoadNsgifBuffer"],
});
sharp.cache(false);
sharp.concurrency(2);

export interface ImageHeader {
  format: ImageFormat;
  /** Upright. */
  width: number;
  height: number;
}

interface CheckedHeader extends ImageHeader {
  metadata: Metadata;
}

export interface DecodeContext {
  limits: Pick<MediaLimits, "imagePixels">;
  signal?: AbortSignal | undefined;
}

/**
 * The first frame of a picture in RGB, colour profile ignored, transparency on white.
 *
 * Its header is checked before any pixel is decoded.
 *
 * @throws EngineError media_empty, image_format, image_too_large, aspect_ratio; image_corrupt, also when only a part of the
 * picture is there; what the signal was aborted with.
 */
export async function decodeImage(bytes: Buffer, name: string, context: DecodeContext): Promise<RgbImage & ImageHeader> {
  const { limits, signal } = context;
  const { format, metadata } = await checkHeader(bytes, name, limits);
  const input = sharp(bytes, { pages: 1, failOn: "error", ignoreIcc: true, limitInputPixels: limits.imagePixels }).autoOrient();
  try {
    const { data, width, height } = await toRgb(input, metadata, { onWhite: compositesAlpha(bytes, format), signal });
    return { data, width, height, format };
  } catch (cause) {
    signal?.throwIfAborted();
    throw new EngineError("image_corrupt", { name }, { cause });
  }
}

async function checkHeader(bytes: Buffer, name: string, limits: DecodeContext["limits"]): Promise<CheckedHeader> {
  if (bytes.length === 0) throw new EngineError("media_empty", { name });
  const found = sniff(bytes);
  if (found?.kind !== "image") throw new EngineError("image_format", { name, format: found?.format ?? "unknown" });
  let metadata: Metadata;
  try {
    metadata = await sharp(bytes, { pages: 1, limitInputPixels: false }).metadata();
  } catch (cause) {
    throw new EngineError("image_corrupt", { name }, { cause });
  }
  const { width, height } = metadata.autoOrient;
  if (width * height > limits.imagePixels) {
    throw new EngineError("image_too_large", { name, width, height, limit: limits.imagePixels });
  }
  if (Math.max(width, height) > maxAspectRatio * Math.min(width, height)) {
    throw new EngineError("aspect_ratio", { name, width, height, limit: maxAspectRatio });
  }
  return { format: found.format, width, height, metadata };
}

/**
 * Where Pillow's mode is RGBA, `to_rgb` puts the picture on white; in the other modes (a palette or gray with transparency)
 * `convert("RGB")` drops the alpha channel. A GIF's clear pixels have lost their colour in our decoder, so white it is.
 */
function compositesAlpha(bytes: Buffer, format: ImageFormat): boolean {
  if (format !== "png") return true;
  const bitDepth = bytes[24];
  const colorType = bytes[25];
  const gray = 4;
  const rgb = 6;
  // Pillow has no 16-bit mode of gray with alpha and makes it RGBA.
  return colorType === rgb || (colorType === gray && bitDepth === 16);
}

interface ConversionOptions {
  onWhite: boolean;
  signal: AbortSignal | undefined;
}

async function toRgb(input: Sharp, metadata: Metadata, { onWhite, signal }: ConversionOptions): Promise<RgbImage> {
  if (metadata.space === "cmyk") {
    return eachPixel(await raw(input.pipelineColourspace("cmyk").toColourspace("cmyk"), "uchar"), cmykToRgb, signal);
  }
  if (metadata.space === "grey16" && !metadata.hasAlpha) {
    return eachPixel(await raw(input.toColourspace("grey16"), "ushort"), clippedGray, signal);
  }
  const image = await raw(input.toColourspace("srgb"), "uchar");
  if (image.channels === 3) return { width: image.width, height: image.height, data: image.data };
  return eachPixel(image, onWhite ? overWhite : withoutAlpha, signal);
}

interface RawImage {
  width: number;
  height: number;
  channels: number;
  /** Samples of 8 bits, or of 16 in the machine's order. */
  data: Uint8Array;
}

async function raw(image: Sharp, depth: "uchar" | "ushort"): Promise<RawImage> {
  const { data, info } = await image.raw({ depth }).toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, data };
}

/** Writes the RGB of one pixel of an image. */
type PixelConversion = (image: RawImage, pixel: number, rgb: Uint8Array) => void;

async function eachPixel(image: RawImage, convert: PixelConversion, signal: AbortSignal | undefined): Promise<RgbImage> {
  const { width, height } = image;
  const data = new Uint8Array(width * height * 3);
  const slices = new Slices(signal);
  for (let y = 0; y < height; y++) {
    for (let pixel = y * width; pixel < (y + 1) * width; pixel++) convert(image, pixel, data);
    if (slices.isOver()) await slices.yield();
  }
  return { width, height, data };
}

/** a · b / 255, rounded: Pillow `ImagingUtils.h` MULDIV255. */
function scale255(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

/** Pillow `Paste.c` with a mask, onto white. */
const overWhite: PixelConversion = ({ data }, pixel, rgb) => {
  const alpha = data[pixel * 4 + 3] ?? 0;
  for (let channel = 0; channel < 3; channel++) {
    const sum = 255 * (255 - alpha) + (data[pixel * 4 + channel] ?? 0) * alpha + 128;
    rgb[pixel * 3 + channel] = ((sum >> 8) + sum) >> 8;
  }
};

const withoutAlpha: PixelConversion = ({ data, channels }, pixel, rgb) => {
  for (let channel = 0; channel < 3; channel++) rgb[pixel * 3 + channel] = data[pixel * channels + channel] ?? 0;
};

/** Pillow `Convert.c` cmyk2rgb: no profile, black subtracted. */
const cmykToRgb: PixelConversion = ({ data }, pixel, rgb) => {
  const light = 255 - (data[pixel * 4 + 3] ?? 0);
  for (let channel = 0; channel < 3; channel++) {
    rgb[pixel * 3 + channel] = light - scale255(data[pixel * 4 + channel] ?? 0, light);
  }
};

const highByte = endianness() === "LE" ? 1 : 0;

/** Pillow clips 16-bit gray to 8 bits instead of scaling it, and so does the reference. */
const clippedGray: PixelConversion = ({ data }, pixel, rgb) => {
  const value = (data[pixel * 2 + highByte] ?? 0) > 0 ? 255 : (data[pixel * 2 + 1 - highByte] ?? 0);
  rgb.fill(value, pixel * 3, pixel * 3 + 3);
};
