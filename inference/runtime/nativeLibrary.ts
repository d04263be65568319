import koffi from "koffi";

/** Runs that may be under way at once, each on a thread of libuv's pool. */
const maxAsyncCalls = 64;
/** Graph optimization and shader compilation need more stack than koffi's default. */
const stackSize = 8 << 20;

/** Loads a shared library. @throws when there is none */
export function loadLibrary(file: string): ReturnType<typeof koffi.load> {
  // koffi refuses to be configured again once a library is loaded.
  if (koffi.config().async_stack_size !== stackSize) {
    koffi.config({ sync_stack_size: stackSize, async_stack_size: stackSize, max_async_calls: maxAsyncCalls });
  }
  return koffi.load(file);
}
