import type { UploadedMedia } from "../../server/protocol.ts";
import type { fetchAddress } from "../media/fetchAddress.ts";
import { clipOfPictures } from "../media/frames.ts";
import type { uploadFile } from "../media/upload.ts";
import type { Source } from "./draft.ts";

export interface Transports {
  upload: typeof uploadFile;
  fetchAddress: typeof fetchAddress;
}

export interface BringOptions {
  name: string;
  signal: AbortSignal;
  onProgress: (fraction: number | undefined) => void;
}

/** Pictures of a clip that are on their way at the same time. */
const framesAtOnce = 3;

/**
 * Brings what an attachment consists of to the server.
 * @throws UploadError; the signal's reason when aborted; whatever a source that is made throws.
 */
export async function bring(source: Source, transports: Transports, { name, signal, onProgress }: BringOptions): Promise<UploadedMedia> {
  switch (source.kind) {
    case "file":
      onProgress(0);
      return transports.upload(source.file, { signal, onProgress });
    case "made":
      return transports.upload(await source.make(signal), { signal, onProgress });
    case "address": {
      const media = await transports.fetchAddress(source.url, { signal, onProgress });
      return { ...media, origin: { kind: "address", url: source.url } };
    }
    case "frames": {
      const turnstile = new Turnstile(framesAtOnce);
      let done = 0;
      const pictures = await Promise.all(
        source.files.map(async (file) => {
          const picture = await turnstile.pass(signal, () => transports.upload(file, { signal, onProgress: () => undefined }));
          done += 1;
          onProgress(done / source.files.length);
          return picture;
        }),
      );
      return clipOfPictures(pictures, { name, fps: source.fps });
    }
  }
}

/** Lets so many pass at once; the others wait in the order in which they came. */
export class Turnstile {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  async pass<Value>(signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
