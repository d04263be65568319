import type { WriteStream } from "node:tty";
import { loadingText } from "./progress.ts";
import type { Loading } from "./protocol.ts";

/** Milliseconds that a stage must take before it is worth a line. */
const patience = 1000;
/** Milliseconds between two lines, where a line cannot be written anew. */
const lineInterval = 10_000;

/** Shows how far loading is: in one line that changes on a terminal, in a line now and then elsewhere. */
export function consoleProgress(stream: Pick<WriteStream, "write" | "isTTY">): (loading: Loading) => void {
  const start = performance.now();
  let last = -Infinity;
  let open = false;
  return (loading) => {
    const now = performance.now();
    if (loading.stage === "starting") {
      if (open) stream.write("\r\u001b[K");
      open = false;
      return;
    }
    if (now - start < patience || (!stream.isTTY && now - last < lineInterval)) return;
    last = now;
    open = stream.isTTY;
    stream.write(stream.isTTY ? `\r\u001b[K${loadingText(loading)}` : `${loadingText(loading)}\n`);
  };
}
