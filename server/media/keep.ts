import type { Engine } from "../engine/types.ts";
import type { UploadedMedia } from "../protocol.ts";
import type { ReceivedFile } from "./receive.ts";
import type { MediaStore, PartialUpload } from "./store.ts";

/**
 * Has a received file validated by the worker, unless its session has it already, and makes it exist.
 *
 * @throws EngineError with one of the media codes, worker_unavailable, worker_restarted
 */
export async function keep(session: string, partial: PartialUpload, file: ReceivedFile, parts: { store: MediaStore; engine: Engine }): Promise<UploadedMedia> {
  const { store, engine } = parts;
  const { id, name, kind, mime } = file;
  const known = await store.find(session, id);
  const info = known?.info ?? (await engine.inspect({ path: partial.path, name, kind, poster: partial.poster }));
  const media: UploadedMedia = { id, name, bytes: partial.bytes, mime, info };
  await store.keep(session, partial, media);
  return media;
}
