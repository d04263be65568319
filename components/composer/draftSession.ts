import type { ServerConfig } from "../../server/protocol.ts";
import type { Saved } from "../chat/storage.ts";
import { checkFile, looksLikeVideo } from "../media/fileCheck.ts";
import { UploadError, type uploadFile } from "../media/upload.ts";
import { Store } from "../ui/store.ts";
import { emptyDraft, reduceDraft, toRecord, type Draft, type DraftAction, type DraftRecord } from "./draft.ts";

export interface DraftSessionOptions {
  saved: Saved<DraftRecord>;
  upload: typeof uploadFile;
}

/** The draft apart from React: runs its uploads and keeps it in the browser's database. */
export class DraftSession {
  readonly store = new Store<Draft, DraftAction>(emptyDraft, reduceDraft);
  readonly #options: DraftSessionOptions;
  readonly #uploads = new Map<string, AbortController>();
  #loading: Promise<void> | undefined;
  #loaded = false;

  constructor(options: DraftSessionOptions) {
    this.#options = options;
    this.store.subscribe(() => {
      if (this.#loaded) this.#options.saved.write(toRecord(this.store.get()));
    });
  }

  start(): void {
    if (this.#loading) return;
    this.#loading = this.#load();
  }

  async flush(): Promise<void> {
    await this.#options.saved.flush();
  }

  /** Takes the files one by one: each is uploaded by itself, or listed with what is wrong with it. */
  attach(files: readonly File[], limits: ServerConfig["limits"] | undefined): void {
    if (files.length > 0) this.store.dispatch({ type: "dismissed" });
    for (const file of files) {
      const key = crypto.randomUUID();
      const error = checkFile(file, limits);
      if (error) {
        this.store.dispatch({ type: "rejected", key, error });
        continue;
      }
      this.store.dispatch({ type: "attached", key, file, video: looksLikeVideo(file) });
      void this.#upload(key, file);
    }
  }

  retry(key: string): void {
    const attachment = this.store.get().attachments.find((it) => it.key === key);
    if (attachment?.state !== "failed") return;
    this.store.dispatch({ type: "retried", key });
    void this.#upload(key, attachment.file);
  }

  /** Takes an attachment away, and cancels its upload. */
  remove(key: string): void {
    this.#uploads.get(key)?.abort();
    this.store.dispatch({ type: "removed", key });
  }

  async #upload(key: string, file: File): Promise<void> {
    const controller = new AbortController();
    this.#uploads.set(key, controller);
    try {
      const onProgress = (progress: number) => this.store.dispatch({ type: "progressed", key, progress });
      const media = await this.#options.upload(file, { signal: controller.signal, onProgress });
      this.store.dispatch({ type: "uploaded", key, media });
    } catch (fault) {
      if (controller.signal.aborted) return;
      const error = fault instanceof UploadError ? fault.error : ({ code: "internal", params: { name: file.name } } as const);
      this.store.dispatch({ type: mayBeMended(error.code) ? "failed" : "rejected", key, error });
    } finally {
      this.#uploads.delete(key);
    }
  }

  async #load(): Promise<void> {
    const record = await this.#options.saved.read();
    this.#loaded = true;
    if (record) this.store.dispatch({ type: "loaded", record });
  }
}

/** Whether the same file may be taken at another attempt. */
function mayBeMended(code: UploadError["error"]["code"]): boolean {
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
