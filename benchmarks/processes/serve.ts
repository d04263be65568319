import { createInterface } from "node:readline";
import { type Ready, type Request, requestSchema } from "../protocol.ts";

/** Says that this process is ready, then answers requests one after the other until stdin ends. */
export async function serve(ready: Ready, answer: (request: Request) => Promise<unknown>): Promise<void> {
  say({ reply: ready });
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      say({ reply: await answer(requestSchema.parse(JSON.parse(line))) });
    } catch (fault) {
      say({ error: fault instanceof Error ? (fault.stack ?? fault.message) : String(fault) });
    }
  }
}

function say(message: unknown): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** Seconds that some work takes. */
export async function timed(work: () => Promise<unknown>): Promise<{ seconds: number }> {
  const started = performance.now();
  await work();
  return { seconds: (performance.now() - started) / 1000 };
}
