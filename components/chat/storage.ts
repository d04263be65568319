import type { z } from "zod";
import { Database } from "../conversations/database.ts";

/** A value in the browser's database, parsed when it is read; what doesn't fit any more, or can't be read, counts as absent. */
export interface Saved<Value> {
  read(): Promise<Value | undefined>;
  /** Saves soon: at most once in `interval` ms, always the latest value. */
  write(value: Value): void;
  /** Saves what waits at once, as when the page is left. */
  flush(): Promise<void>;
}

export interface SavedOptions<Value> {
  key: string;
  schema: z.ZodType<Value>;
  interval?: number;
  /** Values that need not be kept. */
  isEmpty?: (value: Value) => boolean;
  database?: Database;
}

export function saved<Value>({ key, schema, interval = 400, isEmpty = () => false, database = new Database() }: SavedOptions<Value>): Saved<Value> {
  let waiting: { value: Value } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function flush() {
    clearTimeout(timer);
    timer = undefined;
    const latest = waiting;
    waiting = undefined;
    if (!latest) return;
    const write = isEmpty(latest.value) ? database.removeValue(key) : database.setValue(key, latest.value);
    // A browser without storage (private window, full disk) still has a page that works.
    await write.catch(() => undefined);
  }

  return {
    async read() {
      const parsed = schema.safeParse(await database.value(key).catch(() => undefined));
      return parsed.success ? parsed.data : undefined;
    },
    write(value) {
      waiting = { value };
      timer ??= setTimeout(() => void flush(), interval);
    },
    flush,
  };
}
