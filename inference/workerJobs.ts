import path from "node:path";
import type { Processors } from "./checkpoint/readProcessors.ts";
import { mediaContext } from "./engine/mediaContext.ts";
import { readEnvironment } from "./environment.ts";
import { EngineError, toWireError } from "./errors.ts";
import { Heartbeat } from "./heartbeat.ts";
import { fitMedium } from "./media/fit.ts";
import { inspectMedium } from "./media/inspect.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

/** What a worker does with media. */
export type MediaOrder = Extract<ToWorker, { type: "inspect" | "fit" }>;

const beatMilliseconds = 5000;

/** To the server; nothing where it is gone. */
export function send(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

/** A worker lives as long as its server and says every few seconds whether it computes. */
export function liveWithServer(): void {
  process.on("disconnect", () => process.exit(0)); // the server is gone
  const heartbeat = new Heartbeat({ beat: () => send({ type: "beat" }) });
  setInterval(() => heartbeat.tick(), beatMilliseconds).unref();
}

/** The orders under way, by their ids; each can be cancelled, and what goes wrong is reported. */
export class WorkerJobs {
  readonly #controllers = new Map<string, AbortController>();

  /** @param broken what else is to be done about a fault */
  async run(id: string, work: (signal: AbortSignal) => Promise<void>, broken: (fault: unknown) => void = () => undefined): Promise<void> {
    const controller = new AbortController();
    this.#controllers.set(id, controller);
    try {
      await work(controller.signal);
    } catch (fault) {
      if (!(fault instanceof EngineError) && !controller.signal.aborted) console.error(fault);
      send({ type: "refused", id, error: toWireError(fault) });
      broken(fault);
    } finally {
      this.#controllers.delete(id);
    }
  }

  cancel(id: string): void {
    this.#controllers.get(id)?.abort(new DOMException("stopped", "AbortError"));
  }

  cancelAll(): void {
    for (const id of this.#controllers.keys()) this.cancel(id);
  }

  handleMedia(order: MediaOrder, processors: Processors): Promise<void> {
    return this.run(order.id, async (signal) => {
      const { id } = order;
      switch (order.type) {
        case "inspect": {
          const context = { ...mediaContext(processors, path.dirname(order.path), readEnvironment()), signal };
          send({ type: "inspected", id, info: await inspectMedium(order, context, order.poster) });
          return;
        }
        case "fit": {
          const context = { ...mediaContext(processors, order.folder, readEnvironment()), signal };
          send({ type: "fitted", id, medium: await fitMedium(order.part, order, context) });
          return;
        }
      }
    });
  }
}
