import { setImmediate } from "node:timers/promises";
import { EngineError } from "../../inference/errors.ts";
import type { Limits } from "../config.ts";
import type { Engine } from "../engine/types.ts";
import { asDiskFault } from "../errors.ts";
import type { Fetcher } from "../media/fetcher.ts";
import { keep } from "../media/keep.ts";
import { writeFile } from "../media/receive.ts";
import type { MediaStore } from "../media/store.ts";
import type { UploadedMedia } from "../protocol.ts";
import { ApiFault, FaultInPart } from "./fault.ts";
import { Gate } from "./gate.ts";
import type { MediumReference, Reference } from "./references.ts";

export interface IntakeOptions {
  store: MediaStore;
  engine: Engine;
  fetcher: Pick<Fetcher, "fetch">;
  limits: Limits;
}

/** Of one caller, and of all together. */
const fetchesPerOwner = 2;
const fetchesInAll = 8;
/** Milliseconds that all media of a request may take to arrive. */
const patience = 120_000;
const chunkBytes = 256 * 1024;

/** The media of one request as uploads; what came with the request goes when this is disposed. */
export interface TakenIn extends AsyncDisposable {
  /** Of each medium, in order: its files. */
  media: readonly (readonly UploadedMedia[])[];
}

/**
 * Turns what a request brings or names into uploads of its owner: data URLs are written, addresses fetched by the page's
 * fetcher, own uploads looked up. Nothing that came with a request stays after its answer.
 */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #gates = new Map<string, { gate: Gate; users: number }>();
  readonly #all = new Gate(fetchesInAll);
  /** By owner and id: how many requests use what came with one. */
  readonly #passing = new Map<string, number>();

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** @throws ApiFault before anything is fetched, where there is too much; FaultInPart for a medium that cannot be used */
  async take(owner: string, references: readonly MediumReference[], signal: AbortSignal): Promise<TakenIn> {
    this.#checkCounts(references);
    const budget = this.#budget();
    const known = await this.#ownUploads(owner, references);
    const late = AbortSignal.timeout(patience);
    const over = new AbortController();
    const anySignal = AbortSignal.any([signal, late, over.signal]);
    const held: string[] = [];
    const files = references.flatMap(({ files: own, kind, listed, param }) => own.map((file) => ({ file, param, kind: listed ? ("image" as const) : kind })));
    const once = new Map<string, Promise<UploadedMedia>>();
    const using = (media: UploadedMedia): UploadedMedia => {
      if (!known.has(media.id)) held.push(this.#hold(owner, media.id));
      return media;
    };
    const release = async (): Promise<void> => {
      for (const key of held) await this.#release(owner, key);
    };
    try {
      const taken = await Promise.all(
        files.map(async ({ file, param, kind }) => {
          try {
            const key = keyOf(file);
            const pending = once.get(key) ?? this.#takeFile(owner, file, { signal: anySignal, budget, kind }).then(using);
            once.set(key, pending);
            return checkKind(await pending, kind, param);
          } catch (fault) {
            over.abort(fault);
            throw new FaultInPart(param, late.aborted ? new EngineError("fetch_failed", { url: "" }) : asDiskFault(fault));
          }
        }),
      ).catch(async (fault: unknown) => {
        // What is under way ends first, so that nothing is left behind.
        await Promise.allSettled(once.values());
        throw fault;
      });
      let place = 0;
      const media = references.map(({ files: own }) => taken.slice(place, (place += own.length)));
      return { media, [Symbol.asyncDispose]: release };
    } catch (fault) {
      await release();
      throw fault;
    }
  }

  #checkCounts(references: readonly MediumReference[]): void {
    const { mediaPerRequest, framesPerVideo } = this.#options.limits;
    const files = references.reduce((sum, reference) => sum + reference.files.length, 0);
    if (references.length > mediaPerRequest || files > mediaPerRequest + framesPerVideo) {
      throw new ApiFault("too_many_media", `Too many pictures and clips: at most ${mediaPerRequest} in a request.`, { param: "messages" });
    }
  }

  /** Bytes of everything together. */
  #budget(): (bytes: number) => void {
    const { imageBytes, videoBytes } = this.#options.limits;
    const limit = videoBytes + 4 * imageBytes;
    let total = 0;
    return (bytes) => {
      total += bytes;
      if (total > limit) throw new EngineError("media_too_large", { name: "", bytes: total, limit });
    };
  }

  /** What stays: all that the owner uploaded, but not what other requests brought. */
  async #ownUploads(owner: string, references: readonly MediumReference[]): Promise<ReadonlySet<string>> {
    if (references.length === 0) return new Set();
    const ids = await this.#options.store.ids(owner);
    return new Set(ids.filter((id) => !this.#passing.has(`${owner}/${id}`)));
  }

  async #takeFile(owner: string, file: Reference, { signal, budget, kind }: { signal: AbortSignal; budget: (bytes: number) => void; kind: "image" | "video" }): Promise<UploadedMedia> {
    const { store, engine, fetcher, limits } = this.#options;
    switch (file.type) {
      case "upload": {
        const found = await store.find(owner, file.id);
        if (found === undefined) throw new EngineError("media_missing", { name: "", media: file.id });
        return found;
      }
      case "data": {
        signal.throwIfAborted();
        const bytes = Buffer.from(file.base64, "base64");
        budget(bytes.length);
        await using partial = await store.begin(owner);
        const name = kind === "image" ? "picture" : "clip.mp4";
        return await keep(owner, partial, await writeFile({ chunks: inChunks(bytes), name }, partial, limits), { store, engine });
      }
      case "url": {
        using mine = await this.#enter(owner, signal);
        using place = await this.#all.enter(signal);
        let before = 0;
        const onProgress = (bytes: number): void => {
          budget(bytes - before);
          before = bytes;
        };
        return await fetcher.fetch(file.url, { owner, signal, onProgress });
      }
    }
  }

  /** The owner's own gate, which is forgotten when nobody uses it. */
  async #enter(owner: string, signal: AbortSignal): Promise<Disposable> {
    const entry = this.#gates.get(owner) ?? { gate: new Gate(fetchesPerOwner), users: 0 };
    this.#gates.set(owner, entry);
    entry.users += 1;
    const leave = (): void => {
      entry.users -= 1;
      if (entry.users === 0) this.#gates.delete(owner);
    };
    try {
      const place = await entry.gate.enter(signal);
      return {
        [Symbol.dispose]: () => {
          place[Symbol.dispose]();
          leave();
        },
      };
    } catch (fault) {
      leave();
      throw fault;
    }
  }

  #hold(owner: string, id: string): string {
    const key = `${owner}/${id}`;
    this.#passing.set(key, (this.#passing.get(key) ?? 0) + 1);
    return id;
  }

  async #release(owner: string, id: string): Promise<void> {
    const key = `${owner}/${id}`;
    const left = (this.#passing.get(key) ?? 1) - 1;
    if (left > 0) {
      this.#passing.set(key, left);
      return;
    }
    this.#passing.delete(key);
    await this.#options.store.remove(owner, id);
  }
}

function keyOf(file: Reference): string {
  switch (file.type) {
    case "upload":
      return file.id;
    case "url":
      return file.url;
    case "data":
      return file.base64;
  }
}

function checkKind(media: UploadedMedia, kind: "image" | "video", param: string): UploadedMedia {
  if (media.info.kind === kind) return media;
  const [is, wanted] = kind === "image" ? ["a clip", "image_url takes pictures; send it as video_url"] : ["a picture", "video_url takes clips; send it as image_url"];
  throw new ApiFault("wrong_media_kind", `${param} is ${is}: ${wanted}.`, { param });
}

/** Others get their turn in between. */
async function* inChunks(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let place = 0; place < bytes.length; place += chunkBytes) {
    yield bytes.subarray(place, place + chunkBytes);
    await setImmediate();
  }
}
