import { randomBytes } from "node:crypto";
import { copyFile, link, mkdir, readdir, readFile, rename, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { EngineError } from "../../inference/errors.ts";
import { HttpFault } from "../errors.ts";
import { isMissing } from "../media/fileErrors.ts";
import { isAbandoned, type MediaStore } from "../media/store.ts";
import type { UploadedMedia } from "../protocol.ts";
import { shareIdSchema, sharedConversationSchema, type SharedConversation, type ShareRequest, type ShareSummary } from "./protocol.ts";

const day = 24 * 3_600_000;

/** The file that makes a share: who made it, and what it shows. */
const recordSchema = z.object({ owner: z.string(), conversation: sharedConversationSchema });
type Record = z.infer<typeof recordSchema>;

interface Known {
  owner: string;
  summary: ShareSummary;
  bytes: number;
  /** What may be asked for, by id. */
  media: ReadonlyMap<string, Pick<UploadedMedia, "mime" | "info" | "name">>;
}

export interface ShareLimits {
  sharesPerOwner: number;
  shares: number;
  /** Of media, of one owner and of all. */
  sessionBytes: number;
  totalBytes: number;
  freeBytes: number;
}

export interface ShareStoreOptions {
  folder: string;
  uploads: MediaStore;
  limits: ShareLimits;
  /** Epoch, ms. */
  now?: () => number;
}

/**
 * Conversations that can be read by everybody who has their link: `<folder>/<id>/share.json` with the media beside it, which
 * are the owner's uploads by hard link where the disk can do that. A folder appears and goes as a whole.
 */
export class ShareStore {
  readonly #options: ShareStoreOptions;
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();

  private constructor(options: ShareStoreOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  static async open(options: ShareStoreOptions): Promise<ShareStore> {
    const { folder } = options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const store = new ShareStore(options);
    for (const name of await readdir(folder)) {
      if (isAbandoned(name)) await rm(join(folder, name), { recursive: true, force: true });
      const record = shareIdSchema.safeParse(name).success ? await readRecord(join(folder, name)) : undefined;
      if (record) store.#known.set(name, describe(name, record));
    }
    return store;
  }

  /**
   * @throws EngineError media_missing for one that is not the owner's (any more), disk_full
   * @throws HttpFault share_limit
   */
  async create(owner: string, { title, turns, days }: ShareRequest): Promise<ShareSummary> {
    const { folder } = this.#options;
    const created = this.#now();
    const conversation: SharedConversation = { title, turns, created, expires: days === null ? null : created + days * day };
    const id = randomBytes(16).toString("hex");
    const described = describe(id, { owner, conversation });
    const bytes = await this.#requireMedia(owner, described);
    const disk = await statfs(folder);
    const known = { ...described, bytes };
    this.#requireRoom(known, disk.bavail * disk.bsize);
    this.#known.set(id, known); // in the same breath, so that many at once do not go over the limits
    const partial = join(folder, `${id}.${process.pid}.part`);
    try {
      await mkdir(partial, { mode: 0o700 });
      for (const medium of known.media.keys()) await this.#take(owner, medium, partial);
      await writeFile(join(partial, "share.json"), JSON.stringify({ owner, conversation } satisfies Record), { mode: 0o600 });
      await rename(partial, join(folder, id));
    } catch (fault) {
      this.#known.delete(id);
      await rm(partial, { recursive: true, force: true });
      throw isMissing(fault) ? new EngineError("media_missing", { name: "" }, { cause: fault }) : fault;
    }
    return known.summary;
  }

  /** The latest first. */
  list(owner: string): ShareSummary[] {
    const live = [...this.#known.values()].filter((known) => known.owner === owner && !this.#isOver(known.summary));
    return live.map(({ summary }) => summary).sort((a, b) => b.created - a.created);
  }

  /** @returns false where this owner has no such share */
  async revoke(owner: string, id: string): Promise<boolean> {
    if (this.#known.get(id)?.owner !== owner) return false;
    await this.#remove(id);
    return true;
  }

  /** What everybody may read who has the link; undefined for one that is over, revoked or never was. */
  async read(id: string): Promise<SharedConversation | undefined> {
    if (this.#find(id) === undefined) return undefined;
    return (await readRecord(join(this.#options.folder, id)))?.conversation;
  }

  /** A medium of a share, and where its file is. */
  medium(id: string, medium: string): { mime: string; info: UploadedMedia["info"]; name: string; path: string; poster: string } | undefined {
    const known = this.#find(id)?.media.get(medium);
    const path = join(this.#options.folder, id, medium);
    return known && { ...known, path, poster: `${path}.poster.jpg` };
  }

  /** Removes what is over. */
  async sweep(): Promise<void> {
    for (const [id, { summary }] of this.#known) if (this.#isOver(summary)) await this.#remove(id);
  }

  #find(id: string): Known | undefined {
    const known = this.#known.get(id);
    return known && !this.#isOver(known.summary) ? known : undefined;
  }

  #isOver({ expires }: ShareSummary): boolean {
    return expires !== null && expires <= this.#now();
  }

  /** Known no more first: from then on nobody is answered. */
  async #remove(id: string): Promise<void> {
    this.#known.delete(id);
    const gone = join(this.#options.folder, `${id}.${process.pid}.part`);
    await rename(join(this.#options.folder, id), gone).catch((fault: unknown) => {
      if (!isMissing(fault)) throw fault;
    });
    await rm(gone, { recursive: true, force: true });
  }

  /** That all media are the owner's uploads, of the kind that was said. @returns bytes */
  async #requireMedia(owner: string, { media }: Known): Promise<number> {
    let bytes = 0;
    for (const [id, { mime }] of media) {
      const upload = await this.#options.uploads.find(owner, id);
      if (upload === undefined) throw new EngineError("media_missing", { name: "", media: id });
      if (upload.mime !== mime) throw new EngineError("invalid_request", { reason: "a medium is of another kind" });
      bytes += upload.bytes;
    }
    return bytes;
  }

  #requireRoom(share: Known, free: number): void {
    const { limits } = this.#options;
    const own = [...this.#known.values()].filter(({ owner }) => owner === share.owner);
    if (own.length >= limits.sharesPerOwner || this.#known.size >= limits.shares) throw new HttpFault("share_limit");
    const used = (shares: Iterable<Known>): number => [...shares].reduce((sum, { bytes }) => sum + bytes, share.bytes);
    if (used(own) > limits.sessionBytes || used(this.#known.values()) > limits.totalBytes || free < limits.freeBytes) throw new EngineError("disk_full");
  }

  async #take(owner: string, id: string, folder: string): Promise<void> {
    const { uploads } = this.#options;
    await linkOrCopy(uploads.path(owner, id), join(folder, id));
    await linkOrCopy(uploads.posterPath(owner, id), join(folder, `${id}.poster.jpg`)).catch((fault: unknown) => {
      if (!isMissing(fault)) throw fault; // only clips have one
    });
  }
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch((fault: unknown) => {
    if (isMissing(fault)) throw fault;
    return copyFile(from, to); // a disk without hard links
  });
}

async function readRecord(folder: string): Promise<Record | undefined> {
  try {
    return recordSchema.safeParse(JSON.parse(await readFile(join(folder, "share.json"), "utf8"))).data;
  } catch (fault) {
    if (isMissing(fault) || fault instanceof SyntaxError) return undefined;
    throw fault;
  }
}

function describe(id: string, { owner, conversation }: Record): Known {
  const { title, turns, created, expires } = conversation;
  const shown = turns.flatMap((turn) => (turn.role === "user" ? turn.media : []));
  const media = shown.flatMap(({ frames, ...medium }): [string, Pick<UploadedMedia, "mime" | "info" | "name">][] =>
    frames ? frames.media.map((frame) => [frame, medium]) : [[medium.id, medium]],
  );
  const bytes = shown.reduce((sum, medium) => sum + medium.bytes, 0);
  return { owner, bytes, media: new Map(media), summary: { id, title, created, expires, messages: turns.length, media: shown.length } };
}
