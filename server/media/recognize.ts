import { EngineError } from "../../inference/errors.ts";
import { sniff } from "../../inference/media/sniff.ts";

export interface RecognizedMedium {
  kind: "image" | "video";
  mime: string;
}

const clipNames = /\.(mp4|m4v|mov|webm|mkv|avi|flv|ogv|wmv|asf|mpg|mpeg|ts|mts|3gp|m3u8?|mpd)$/i;

/**
 * What a file is by its first bytes. The name only decides which of two errors fits what the sender meant.
 *
 * @throws EngineError image_format, video_format with what it is; image_corrupt, video_corrupt where nothing is known of it
 */
export function recognize(bytes: Uint8Array, name: string): RecognizedMedium {
  const found = sniff(bytes);
  if (found !== undefined && found.kind !== "refused") return { kind: found.kind, mime: found.mime };
  const wanted = clipNames.test(name) ? "video" : "image";
  if (found === undefined) throw new EngineError(`${wanted}_corrupt`, { name });
  throw new EngineError(`${wanted}_format`, { name, format: found.format });
}
