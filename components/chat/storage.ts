import type * as z from "zod/mini";
import { Database } from "../conversations/database.ts";

/** A value in the browser's database, parsed when it is read; what doesn't fit any more, or can't be read, counts as absent. */
export interface Saved<Value> {
  read(): Promise<Value | undefined>;
  /** Saves soon: at most once in `interval` ms, always the latest value. */
  write(value: Value): void;
  /** Saves what waits at once, as when the page is left; with a journal it is safe when the call returns. */
  flush(): Promise<void>;
}

export interface SavedOptions<Value> {
  key: string;
  schema: z.ZodMiniType<Value>;
  interval?: number;
  /** Values that need not be kept. */
  isEmpty?: (value: Value) => boolean;
  database?: Database;
  /** Keeps at once what the database may not take any more while the page is left; it is read first. */
  journal?: Pick<Storage, "getItem" | "setItem" | "removeItem"> | undefined;
}

export function saved<Value>({ key, schema, interval = 400, isEmpty = () => false, database = new Database(), journal }: SavedOptions<Value>): Saved<Value> {
  let waiting: { value: Value } | undefined;
  /** On its way into the database. */
  let writing: { value: Value } | undefined;
  let written: Promise<void> = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function write(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (waiting) written = store(waiting);
    return written;
  }

  async function store(latest: { value: Value }): Promise<void> {
    waiting = undefined;
    writing = latest;
    try {
      await (isEmpty(latest.value) ? database.removeValue(key) : database.setValue(key, latest.value));
      if (writing === latest) note(journal, key, undefined);
    } catch {
      // A browser without storage (private window, full disk) still has a page that works.
    } finally {
      if (writing === latest) writing = undefined;
    }
  }

  return {
    async read() {
      const noted = readNote(journal, key, schema);
      if (noted !== undefined) {
        waiting = { value: noted };
        void write();
        return noted;
      }
      const parsed = schema.safeParse(await database.value(key).catch(() => undefined));
      return parsed.success ? parsed.data : undefined;
    },
    write(value) {
      waiting = { value };
      timer ??= setTimeout(() => void write(), interval);
    },
    async flush() {
      const latest = waiting ?? writing;
      if (latest) note(journal, key, latest.value);
      await write();
    },
  };
}

const noteOf = (key: string): string => `unsaved ${key}`;

function note(journal: SavedOptions<unknown>["journal"], key: string, value: unknown): void {
  try {
    if (value === undefined) journal?.removeItem(noteOf(key));
    else journal?.setItem(noteOf(key), JSON.stringify(value));
  } catch {
    // It is full, and the database may be faster than the end of the page.
  }
}

function readNote<Value>(journal: SavedOptions<Value>["journal"], key: string, schema: z.ZodMiniType<Value>): Value | undefined {
  try {
    return schema.safeParse(JSON.parse(journal?.getItem(noteOf(key)) ?? "null")).data;
  } catch {
    return undefined;
  }
}
