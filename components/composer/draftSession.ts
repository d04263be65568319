import type { ServerConfig } from "../../server/protocol.ts";
import type { Saved } from "../chat/storage.ts";
import type { PageError } from "../i18n/errorText.ts";
import { fetchAddress } from "../media/fetchAddress.ts";
import { checkFile, looksLikeVideo } from "../media/fileCheck.ts";
import { clipOfPictures } from "../media/frames.ts";
import { UploadError, type uploadFile } from "../media/upload.ts";
import { Store } from "../ui/store.ts";
import { randomId } from "../ui/randomId.ts";
import { emptyDraft, reduceDraft, toRecord, type Draft, type DraftAction, type DraftContent, type DraftRecord, type Origin, type Source } from "./draft.ts";
import { sortFiles } from "./sortFiles.ts";
import { bring, Turnstile, type Transports } from "./uploads.ts";

export interface DraftSessionOptions {
  saved: Saved<DraftRecord>;
  upload: typeof uploadFile;
  fetchAddress?: typeof fetchAddress;
}

export interface AttachOptions {
  /** What the file was made from. */
  origin?: Origin;
  /** The attachment (key) whose place it takes. */
  replaces?: string;
}

/** Attachments on their way at the same time. The server fetches two addresses at once. */
const uploadsAtOnce = 4;
const fetchesAtOnce = 2;

/** The draft apart from React: runs its uploads and keeps it in the browser's database. */
export class DraftSession {
  readonly store = new Store<Draft, DraftAction>(emptyDraft, reduceDraft);
  readonly #saved: Saved<DraftRecord>;
  readonly #transports: Transports;
  readonly #uploads = new Map<string, AbortController>();
  readonly #turnstiles = { upload: new Turnstile(uploadsAtOnce), fetch: new Turnstile(fetchesAtOnce) };
  #loading: Promise<void> | undefined;
  #loaded = false;

  constructor({ saved, upload, ...options }: DraftSessionOptions) {
    this.#saved = saved;
    this.#transports = { upload, fetchAddress: options.fetchAddress ?? fetchAddress };
    this.store.subscribe(() => {
      if (this.#loaded) this.#saved.write(toRecord(this.store.get()));
    });
  }

  start(): void {
    if (this.#loading) return;
    this.#loading = this.#load();
  }

  async flush(): Promise<void> {
    await this.#saved.flush();
  }

  /** Takes files of any kind as the reader gives them: asks about what needs it, and attaches or rejects the rest. */
  take(files: readonly File[], limits: ServerConfig["limits"] | undefined): void {
    if (files.length > 0) this.store.dispatch({ type: "dismissed" });
    const { documents, texts, frames, media } = sortFiles(files);
    for (const file of documents) this.store.dispatch({ type: "asked", asking: { kind: "document", file } });
    for (const asking of frames) this.store.dispatch({ type: "asked", asking: { kind: "frames", ...asking } });
    for (const file of texts) void this.#attachTextFile(file, limits);
    this.attach(media, limits);
  }

  /** Takes the files one by one: each is uploaded by itself, or listed with what is wrong with it. */
  attach(files: readonly File[], limits: ServerConfig["limits"] | undefined, options: AttachOptions = {}): void {
    for (const file of files) {
      const error = checkFile(file, limits);
      if (error) this.reject(error);
      else this.#add({ name: file.name, video: looksLikeVideo(file), source: { kind: "file", file } }, options);
    }
  }

  /** Pictures that are made when their turn comes, such as the pages of a document. */
  attachMade(pictures: readonly { name: string; origin: Origin; make: (signal: AbortSignal) => Promise<File> }[]): void {
    for (const { name, origin, make } of pictures) this.#add({ name, video: false, source: { kind: "made", make } }, { origin });
  }

  /** A picture or clip that the server fetches. */
  attachAddress(url: string): void {
    const name = shownName(url);
    this.#add({ name, video: looksLikeVideo({ name, type: "" }), source: { kind: "address", url } }, { origin: { kind: "address", url } });
  }

  /** A clip of pictures, `fps` a second. */
  attachFrames(files: readonly File[], { name, fps }: { name: string; fps: number }): void {
    this.#add({ name, video: true, source: { kind: "frames", files, fps } }, {});
  }

  /** A long text, which is read before the message. */
  attachText(name: string, text: string): void {
    this.store.dispatch({ type: "text-attached", key: randomId(), name, text });
  }

  /** Makes one clip of attached pictures. */
  merge(keys: readonly string[], clip: { name: string; fps: number }): void {
    const pictures = this.store.get().attachments.flatMap((it) => (it.state === "ready" && keys.includes(it.key) ? [it.media] : []));
    try {
      this.store.dispatch({ type: "merged", key: randomId(), keys, media: clipOfPictures(pictures, clip) });
    } catch (fault) {
      this.reject(errorOf(fault, clip.name));
    }
  }

  /** Lists what was not attached, and why. */
  reject(error: PageError): void {
    this.store.dispatch({ type: "rejected", key: randomId(), error });
  }

  /** Takes a sent message up again, to change it; what was being written comes back afterwards. */
  edit(turn: string, content: DraftContent): void {
    if (this.store.get().editing) this.cancelEdit();
    this.store.dispatch({ type: "edit-begun", turn, content });
  }

  cancelEdit(): void {
    for (const { key } of this.store.get().attachments) this.#uploads.get(key)?.abort();
    this.store.dispatch({ type: "edit-cancelled" });
  }

  retry(key: string): void {
    const attachment = this.store.get().attachments.find((it) => it.key === key);
    if (attachment?.state !== "failed") return;
    this.store.dispatch({ type: "retried", key });
    void this.#upload(key, attachment.name, attachment.source);
  }

  /** Takes an attachment away, and cancels its upload. */
  remove(key: string): void {
    this.#uploads.get(key)?.abort();
    this.store.dispatch({ type: "removed", key });
  }

  #add({ name, video, source }: { name: string; video: boolean; source: Source }, { origin, replaces }: AttachOptions): void {
    const key = randomId();
    if (replaces !== undefined) this.#uploads.get(replaces)?.abort();
    this.store.dispatch({ type: "attached", key, name, video, source, ...(origin && { origin }), ...(replaces !== undefined && { replaces }) });
    void this.#upload(key, name, source);
  }

  async #attachTextFile(file: File, limits: ServerConfig["limits"] | undefined): Promise<void> {
    const { name, size } = file;
    const limit = limits?.textCharacters ?? Infinity;
    if (size === 0) this.reject({ code: "media_empty", params: { name } });
    else if (size > limit) this.reject({ code: "media_too_large", params: { name, bytes: size, limit } });
    else this.attachText(name, await file.text());
  }

  async #upload(key: string, name: string, source: Source): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    this.#uploads.set(key, controller);
    const turnstile = source.kind === "address" ? this.#turnstiles.fetch : this.#turnstiles.upload;
    try {
      const onProgress = (progress: number | undefined) => this.store.dispatch({ type: "progressed", key, progress });
      const media = await turnstile.pass(signal, () => bring(source, this.#transports, { name, signal, onProgress }));
      this.store.dispatch({ type: "uploaded", key, media });
    } catch (fault) {
      if (signal.aborted) return;
      const error = errorOf(fault, name);
      this.store.dispatch({ type: mayBeMended(error.code) ? "failed" : "rejected", key, error });
      controller.abort(); // the other pictures of a clip
    } finally {
      this.#uploads.delete(key);
    }
  }

  async #load(): Promise<void> {
    const record = await this.#saved.read();
    this.#loaded = true;
    if (record) this.store.dispatch({ type: "loaded", record });
    // Typed before there was where to save it.
    else if (this.store.get() !== emptyDraft) this.#saved.write(toRecord(this.store.get()));
  }
}

function errorOf(fault: unknown, name: string): PageError {
  return fault instanceof UploadError ? fault.error : { code: "internal", params: { name } };
}

/** The last part of an address, or its host. */
function shownName(url: string): string {
  if (!URL.canParse(url)) return url;
  const { pathname, hostname } = new URL(url);
  const last = pathname.split("/").at(-1) ?? "";
  return last === "" ? hostname : last;
}

/** Whether the same file may be taken at another attempt. */
function mayBeMended(code: PageError["code"]): boolean {
  switch (code) {
    case "network":
    case "internal":
    case "too_slow":
    case "rate_limited":
    case "queue_full":
    case "disk_full":
    case "out_of_memory":
    case "worker_restarted":
    case "worker_unavailable":
      return true;
    default:
      return false;
  }
}
