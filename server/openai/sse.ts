import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { apiContentPolicy } from "../http/security.ts";

/** A stream of server-sent events. A reader that takes nothing for too long is cut off. */
export class EventSink {
  readonly #response: ServerResponse;
  readonly #stall: number;

  /** @param stall milliseconds */
  constructor(response: ServerResponse, stall: number) {
    this.#response = response;
    this.#stall = stall;
  }

  get begun(): boolean {
    return this.#response.headersSent;
  }

  async data(value: unknown): Promise<void> {
    await this.#write(`data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`);
  }

  /** A line that readers skip: it keeps proxies from taking silence for the end. */
  async comment(text: string): Promise<void> {
    await this.#write(`: ${text}\n\n`);
  }

  end(): void {
    this.#response.end();
  }

  async #write(text: string): Promise<void> {
    const response = this.#response;
    if (response.destroyed) return;
    if (!response.headersSent) {
      response.writeHead(200, {
        "Content-Type": "text/event-stream; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": apiContentPolicy,
        // nginx would collect the pieces.
        "X-Accel-Buffering": "no",
      });
    }
    if (response.write(text)) return;
    const stalled = setTimeout(() => response.destroy(), this.#stall);
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    response.once("close", leave);
    await once(response, "drain", { signal: gone.signal }).catch(() => undefined);
    response.off("close", leave);
    clearTimeout(stalled);
  }
}
