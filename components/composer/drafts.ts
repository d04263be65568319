import { saved } from "../chat/storage.ts";
import { draftKey, type Database } from "../conversations/database.ts";
import type { uploadFile } from "../media/upload.ts";
import { browserStorage } from "../ui/browserStorage.ts";
import { draftRecordSchema, type DraftRecord } from "./draft.ts";
import { DraftSession } from "./draftSession.ts";

export interface DraftsOptions {
  database: Database;
  upload: typeof uploadFile;
}

const isEmpty = ({ text, media, texts = [] }: DraftRecord): boolean => text === "" && media.length === 0 && texts.length === 0;

/** One draft a conversation; its uploads go on while another conversation is shown. */
export class Drafts {
  readonly #options: DraftsOptions;
  readonly #drafts = new Map<string, DraftSession>();
  #started = false;

  constructor(options: DraftsOptions) {
    this.#options = options;
  }

  of(conversation: string): DraftSession {
    const known = this.#drafts.get(conversation);
    if (known) return known;
    const { database, upload } = this.#options;
    const draft = new DraftSession({ saved: saved({ key: draftKey(conversation), schema: draftRecordSchema, isEmpty, database, journal: browserStorage() }), upload });
    this.#drafts.set(conversation, draft);
    if (this.#started) draft.start();
    return draft;
  }

  /** Reads what a former visit left. */
  start(): void {
    this.#started = true;
    for (const draft of this.#drafts.values()) draft.start();
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#drafts.values()].map((draft) => draft.flush()));
  }
}
