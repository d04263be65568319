import { EngineError } from "../errors.ts";

/** No picture may be longer than this many times its width, nor the other way round. */
export const maxAspectRatio = 200;

export interface Size {
  width: number;
  height: number;
}

export interface PixelLimits {
  /** Both sides become multiples of this: patch size × merge size. */
  factor: number;
  minPixels: number;
  maxPixels: number;
}

/** Rounds halves to the even neighbour, as Python's `round` does. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const fraction = value - floor;
  if (fraction !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

export const floorToMultiple = (value: number, factor: number): number => Math.floor(value / factor) * factor;
export const ceilToMultiple = (value: number, factor: number): number => Math.ceil(value / factor) * factor;
export const roundToMultiple = (value: number, factor: number): number => roundHalfEven(value / factor) * factor;

/**
 * The size nearest to `size` whose sides are multiples of the factor and whose area lies within the limits, with the aspect
 * ratio kept as well as possible. Formula: qwen-vl-utils `vision_process.smart_resize`.
 *
 * @throws EngineError aspect_ratio when one side is over `maxAspectRatio` times the other.
 */
export function smartResize(size: Size, limits: PixelLimits, name: string): Size {
  const { width, height } = size;
  const { factor, minPixels, maxPixels } = limits;
  if (Math.max(width, height) / Math.min(width, height) > maxAspectRatio) {
    throw new EngineError("aspect_ratio", { name, width, height, limit: maxAspectRatio });
  }
  const resized = {
    width: Math.max(factor, roundToMultiple(width, factor)),
    height: Math.max(factor, roundToMultiple(height, factor)),
  };
  const area = resized.width * resized.height;
  if (area > maxPixels) {
    const shrink = Math.sqrt((height * width) / maxPixels);
    // A very long picture within a very small budget would lose its short side.
    return {
      width: Math.max(factor, floorToMultiple(width / shrink, factor)),
      height: Math.max(factor, floorToMultiple(height / shrink, factor)),
    };
  }
  if (area < minPixels) {
    const enlarge = Math.sqrt(minPixels / (height * width));
    return { width: ceilToMultiple(width * enlarge, factor), height: ceilToMultiple(height * enlarge, factor) };
  }
  return resized;
}
