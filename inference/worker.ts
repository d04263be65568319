import { parseArgs } from "node:util";
import { Engine } from "./engine/engine.ts";
import { embeddedCheckpoint } from "./embedded.ts";
import { toWireError } from "./errors.ts";
import { generationEventSchema } from "./events.ts";
import { type FromWorker, type ToWorker, toWorkerSchema } from "./protocol.ts";

/** The inference worker: a child process of the server that owns the engine. See protocol.ts for what it says and hears. */

const beatMilliseconds = 5000;

const { values: flags } = parseArgs({ options: { checkpoint: { type: "string", default: embeddedCheckpoint }, "cpu-only": { type: "boolean", default: false } } });

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

/** Serves one engine until the server says shutdown or is gone. */
class Worker {
  readonly #engine: Engine;
  readonly #work = new Map<string, AbortController>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async handle(message: ToWorker): Promise<void> {
    switch (message.type) {
      case "generate":
        return this.#track(message.id, async (signal) => {
          for await (const event of this.#engine.generate(message.request, { signal })) {
            send({ type: "event", id: message.id, event: generationEventSchema.parse(event) });
          }
        });
      case "inspect":
        return this.#track(message.id, async (signal) => {
          const { path, name, kind, poster } = message;
          const info = await this.#engine.inspect({ path, name, kind }, { signal, ...(poster === undefined ? {} : { posterPath: poster }) });
          send({ type: "inspected", id: message.id, info });
        });
      case "cancel":
        this.#work.get(message.id)?.abort(new DOMException("stopped", "AbortError"));
        return;
      case "shutdown":
        for (const controller of this.#work.values()) controller.abort(new DOMException("shutting down", "AbortError"));
        await this.#engine[Symbol.asyncDispose]();
        process.disconnect();
        return;
    }
  }

  async #track(id: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    this.#work.set(id, controller);
    try {
      await work(controller.signal);
    } catch (fault) {
      console.error(fault);
      send({ type: "refused", id, error: toWireError(fault) });
    } finally {
      this.#work.delete(id);
    }
  }
}

process.on("disconnect", () => process.exit(0)); // the server is gone
setInterval(() => send({ type: "beat" }), beatMilliseconds).unref();

const early: unknown[] = [];
let receive = (raw: unknown): void => void early.push(raw);
process.on("message", (raw) => receive(raw));

try {
  const engine = await Engine.load(flags.checkpoint, {
    onLoading: (loading) => send({ type: "loading", loading }),
    onFallback: (reason) => console.error("ONNX Runtime's C API cannot be used here, the slower JavaScript API is.", reason),
  });
  const worker = new Worker(engine);
  receive = (raw) => void worker.handle(toWorkerSchema.parse(raw));
  for (const raw of early) receive(raw);
  send({ type: "ready", info: engine.info });
} catch (fault) {
  console.error(fault);
  send({ type: "unusable", error: toWireError(fault) });
}
