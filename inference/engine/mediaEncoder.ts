import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import path from "node:path";
import type { MediaPart } from "../conversation.ts";
import { EngineError } from "../errors.ts";
import type { Phase } from "../events.ts";
import type { MediaContext } from "../media/context.ts";
import { processMedium } from "../media/process.ts";
import type { ProcessedMedium } from "../media/types.ts";
import { LeastRecentlyUsed } from "./leastRecentlyUsed.ts";
import { Turns } from "./turns.ts";
import type { VisionFeatures, VisionTower } from "./visionTower.ts";

/** A picture or clip as the language model reads it. */
export interface EncodedMedium extends Omit<ProcessedMedium, "patches"> {
  features: VisionFeatures;
}

export interface EncodeOptions {
  owner: string;
  context: Omit<MediaContext, "signal" | "onFrames">;
  signal: AbortSignal;
  /** Told how many wait before it for the vision tower. */
  onPosition: (position: number) => void;
  onPhase: (phase: Phase) => void;
  /** Told how long each of the two steps took, in milliseconds. */
  onTime: (step: "media" | "vision", milliseconds: number) => void;
  /** Tokens that all media together must stay below. */
  contextLength: number;
}

const cacheBytes = 512 << 20;

/** From the media of a conversation to vision features; an owner's medium goes through the vision tower once. */
export class MediaEncoder {
  readonly #tower: VisionTower;
  /** One medium is decoded and seen at a time, which bounds the memory. */
  readonly #turns = new Turns();
  readonly #features = new LeastRecentlyUsed<EncodedMedium>(cacheBytes);
  /** From an unchanged local file and its options to the key of its features, so that it needs no second decoding. */
  readonly #keys = new LeastRecentlyUsed<string>(10_000);

  constructor(tower: VisionTower) {
    this.#tower = tower;
  }

  /** @throws EngineError with one of the media codes; context_length_exceeded as soon as that is certain */
  async encode(parts: readonly MediaPart[], options: EncodeOptions): Promise<EncodedMedium[]> {
    const encoded: EncodedMedium[] = [];
    let before = 0;
    for (const [index, part] of parts.entries()) {
      const medium = await this.#encodeOne(part, { medium: index + 1, media: parts.length, before }, options);
      encoded.push(medium);
      before += medium.features.tokens;
    }
    return encoded;
  }

  /** @param place `before`: visual tokens of the media before this one */
  async #encodeOne(part: MediaPart, { before, ...place }: { medium: number; media: number; before: number }, options: EncodeOptions): Promise<EncodedMedium> {
    const { owner, context, signal, onPosition, onPhase, onTime } = options;
    const source = await fingerprint(part, context.source.baseFolder);
    const knownKey = source && this.#keys.get(source);
    const known = knownKey && this.#features.get(`${owner} ${knownKey}`);
    if (known) return known;

    using _turn = await this.#turns.take(signal, onPosition);
    const started = performance.now();
    const onFrames = (frames: number, totalFrames: number) => onPhase({ name: "decoding", ...place, frames, totalFrames });
    const { patches, ...medium } = await processMedium(part, { ...context, signal, onFrames });
    if (source) this.#keys.set(source, medium.key, 1);
    const tokens = before + this.#tower.tokensOf(medium.grid);
    // Before the vision tower works on what no context can hold.
    if (tokens >= options.contextLength) throw new EngineError("context_length_exceeded", { tokens, limit: options.contextLength });
    const processed = performance.now();
    onTime("media", processed - started);
    const cached = this.#features.get(`${owner} ${medium.key}`);
    if (cached) return cached;

    const report = (done: number, total: number) => onPhase({ name: "vision", ...place, kind: medium.kind, done, total });
    report(0, medium.grid.t);
    const features = await this.#tower.encode({ ...medium, patches }, signal, report);
    onTime("vision", performance.now() - processed);
    const result = { ...medium, features };
    this.#features.set(`${owner} ${medium.key}`, result, features.embeddings.byteLength * (1 + features.deepstack.length));
    return result;
  }
}

/** Names the content of local files by their path, size and time; undefined for what has to be fetched. */
async function fingerprint(part: MediaPart, folder: string): Promise<string | undefined> {
  const sources = part.type === "image" ? [part.image] : Array.isArray(part.video) ? part.video : [part.video];
  const hash = createHash("sha256").update(JSON.stringify(part));
  for (const source of sources) {
    if (/^[a-z][a-z0-9+.-]+:/i.test(source)) return undefined;
    try {
      const { size, mtimeMs } = await stat(path.resolve(folder, source));
      hash.update(JSON.stringify([path.resolve(folder, source), size, mtimeMs]));
    } catch {
      return undefined; // reading it will say what is wrong
    }
  }
  return hash.digest("hex");
}
