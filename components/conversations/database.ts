import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import * as z from "zod/mini";
import { ofAccount } from "../access/account.ts";
import { isRunning, turnSchema, type Turn } from "../chat/turns.ts";
import { conversationSchema, type Conversation } from "./conversation.ts";
import { uploadIds } from "../media/upload.ts";

/** A turn with the conversation that it belongs to; `running` is there for the index of unfinished answers. */
type TurnRecord = Turn & { conversation: string; running?: 1 };

const mediumRecordSchema = z.object({ id: z.string(), name: z.string(), mime: z.string(), blob: z.instanceof(Blob), saved: z.number() });
/** The bytes of a picture or clip, named by their SHA-256. */
export type MediumRecord = z.infer<typeof mediumRecordSchema>;

interface Tables extends DBSchema {
  conversations: { key: string; value: Conversation };
  turns: { key: [string, string]; value: TurnRecord; indexes: { conversation: string; running: number } };
  media: { key: string; value: MediumRecord };
  /** Single values of the page: drafts, preferences. */
  page: { key: string; value: unknown };
}

/** What is to be written; `undefined` is to be removed. */
export interface Changes {
  conversations: ReadonlyMap<string, Conversation | undefined>;
  turns: ReadonlyMap<string, { conversation: string; id: string; turn: Turn | undefined }>;
}

export const draftKey = (conversation: string): string => `draft ${conversation}`;

const turnsOf = (conversation: string) => IDBKeyRange.bound([conversation], [conversation, []]);

/** The browser's database. What is read is parsed, and what doesn't fit counts as absent; every method rejects where the browser keeps nothing. */
export class Database {
  readonly #name: string;
  #opened: Promise<IDBPDatabase<Tables>> | undefined;

  constructor(name = ofAccount("qwen3-vl-conversations")) {
    this.#name = name;
  }

  async conversations(): Promise<Conversation[]> {
    const records: unknown[] = await (await this.#open()).getAll("conversations");
    return records.flatMap((record) => conversationSchema.safeParse(record).data ?? []);
  }

  async conversation(id: string): Promise<Conversation | undefined> {
    const record: unknown = await (await this.#open()).get("conversations", id);
    return conversationSchema.safeParse(record).data;
  }

  async turns(conversation: string): Promise<Turn[]> {
    const records: unknown[] = await (await this.#open()).getAllFromIndex("turns", "conversation", conversation);
    return records.flatMap((record) => turnSchema.safeParse(record).data ?? []);
  }

  /** The conversations in which answers were under way when they were last written. */
  async unfinished(): Promise<string[]> {
    const records = await (await this.#open()).getAllFromIndex("turns", "running");
    return [...new Set(records.map(({ conversation }) => conversation))];
  }

  /** All or nothing. */
  async write({ conversations, turns }: Changes): Promise<void> {
    const transaction = (await this.#open()).transaction(["conversations", "turns", "page"], "readwrite");
    const tables = { conversations: transaction.objectStore("conversations"), turns: transaction.objectStore("turns"), page: transaction.objectStore("page") };
    const writes: Promise<unknown>[] = [];
    for (const [id, conversation] of conversations) {
      if (conversation) writes.push(tables.conversations.put(conversation));
      else writes.push(tables.conversations.delete(id), tables.turns.delete(turnsOf(id)), tables.page.delete(draftKey(id)));
    }
    for (const { conversation, id, turn } of turns.values()) {
      if (turn) writes.push(tables.turns.put(toRecord(turn, conversation)));
      else writes.push(tables.turns.delete([conversation, id]));
    }
    // At once, and not when the page hears that all is written: it may be gone by then.
    transaction.commit();
    await Promise.all([...writes, transaction.done]);
  }

  async medium(id: string): Promise<MediumRecord | undefined> {
    const record: unknown = await (await this.#open()).get("media", id);
    return mediumRecordSchema.safeParse(record).data;
  }

  async hasMedium(id: string): Promise<boolean> {
    return (await (await this.#open()).count("media", id)) > 0;
  }

  async keepMedium(record: MediumRecord): Promise<void> {
    await (await this.#open()).put("media", record);
  }

  async removeMedium(id: string): Promise<void> {
    await (await this.#open()).delete("media", id);
  }

  /** The ids of media that were kept before `time` and that no turn and no draft names. */
  async unusedMedia(time: number): Promise<string[]> {
    const transaction = (await this.#open()).transaction(["turns", "media", "page"]);
    const used = new Set<string>();
    for await (const { value } of transaction.objectStore("turns")) if (value.role === "user") for (const medium of value.media) for (const id of uploadIds(medium)) used.add(id);
    for await (const { key, value } of transaction.objectStore("page")) if (key.startsWith(draftKey(""))) for (const id of mediaIdsIn(value)) used.add(id);
    const unused: string[] = [];
    for await (const { key, value } of transaction.objectStore("media")) if (!used.has(key) && value.saved < time) unused.push(key);
    return unused;
  }

  async value(key: string): Promise<unknown> {
    return (await this.#open()).get("page", key);
  }

  async setValue(key: string, value: unknown): Promise<void> {
    await (await this.#open()).put("page", value, key);
  }

  async removeValue(key: string): Promise<void> {
    await (await this.#open()).delete("page", key);
  }

  #open(): Promise<IDBPDatabase<Tables>> {
    this.#opened ??= this.#connect();
    return this.#opened;
  }

  async #connect(): Promise<IDBPDatabase<Tables>> {
    const forget = () => (this.#opened = undefined);
    try {
      return await openDB<Tables>(this.#name, 1, {
        upgrade(database) {
          database.createObjectStore("conversations", { keyPath: "id" });
          const turns = database.createObjectStore("turns", { keyPath: ["conversation", "id"] });
          turns.createIndex("conversation", "conversation");
          turns.createIndex("running", "running");
          database.createObjectStore("media", { keyPath: "id" });
          database.createObjectStore("page");
        },
        // A newer version of the page in another tab must not wait for this one.
        blocking: () => {
          void this.#opened?.then((database) => database.close());
          forget();
        },
        // Some browsers close connections on their own.
        terminated: forget,
      });
    } catch (fault) {
      forget();
      throw fault;
    }
  }
}

function toRecord(turn: Turn, conversation: string): TurnRecord {
  return { ...turn, conversation, ...(turn.role === "assistant" && isRunning(turn) && { running: 1 as const }) };
}

const withMediaSchema = z.object({ media: z.array(z.object({ id: z.string(), frames: z.optional(z.object({ media: z.array(z.string()) })) })) });

function mediaIdsIn(draft: unknown): readonly string[] {
  return withMediaSchema.safeParse(draft).data?.media.flatMap(uploadIds) ?? [];
}
