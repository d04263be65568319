import { createStore, get, set, type UseStore } from "idb-keyval";
import type { z } from "zod";

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
  /** For tests. */
  store?: UseStore;
}

let database: UseStore | undefined;

export function saved<Value>({ key, schema, interval = 400, store }: SavedOptions<Value>): Saved<Value> {
  const place = () => store ?? (database ??= createStore("qwen3-vl-web-demo", "page"));
  let waiting: { value: Value } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function flush() {
    clearTimeout(timer);
    timer = undefined;
    const latest = waiting;
    waiting = undefined;
    // A browser without storage (private window, full disk) still has a page that works.
    if (latest) await set(key, latest.value, place()).catch(() => undefined);
  }

  return {
    async read() {
      const parsed = schema.safeParse(await get<unknown>(key, place()).catch(() => undefined));
      return parsed.success ? parsed.data : undefined;
    },
    write(value) {
      waiting = { value };
      timer ??= setTimeout(() => void flush(), interval);
    },
    flush,
  };
}
