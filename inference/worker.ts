import path from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { yarnFactorSchema } from "./checkpoint/config.ts";
import { openCheckpoint } from "./checkpoint/open.ts";
import type { Checkpoint } from "./checkpoint/types.ts";
import { embeddedCheckpoint } from "./embedded.ts";
import type { Engine } from "./engine/engine.ts";
import { mediaContext } from "./engine/mediaContext.ts";
import { readEnvironment } from "./environment.ts";
import { describePlan } from "./engine/memoryPlan.ts";
import { EngineError, toWireError } from "./errors.ts";
import { generationEventSchema } from "./events.ts";
import { inspectMedium } from "./media/inspect.ts";
import { dtypes } from "./model/dtypes.ts";
import { type FromWorker, type Loading, type ToWorker, toWorkerSchema } from "./protocol.ts";
import { startEngine } from "./engine/startEngine.ts";
import { deviceChoices, DeviceError } from "./runtime/index.ts";

/** The inference worker: a child process of the server that owns the engine. See protocol.ts for what it says and hears. */

const beatMilliseconds = 5000;

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

/** Serves the server's requests: media can be inspected while the engine is still being loaded, answers wait for it. */
class Worker {
  readonly #checkpoint: Checkpoint;
  readonly #engine: Promise<Engine>;
  readonly #work = new Map<string, AbortController>();

  constructor(checkpoint: Checkpoint, engine: Promise<Engine>) {
    this.#checkpoint = checkpoint;
    this.#engine = engine;
  }

  async handle(message: ToWorker): Promise<void> {
    switch (message.type) {
      case "generate":
        return this.#track(message.id, async (signal) => {
          const engine = await this.#engine;
          for await (const event of engine.generate(message.request, { signal })) {
            send({ type: "event", id: message.id, event: generationEventSchema.parse(event) });
          }
        });
      case "inspect":
        return this.#track(message.id, async (signal) => {
          const context = { ...mediaContext(this.#checkpoint, path.dirname(message.path), readEnvironment()), signal };
          send({ type: "inspected", id: message.id, info: await inspectMedium(message, context, message.poster) });
        });
      case "cancel":
        this.#work.get(message.id)?.abort(new DOMException("stopped", "AbortError"));
        return;
      case "shutdown": {
        for (const controller of this.#work.values()) controller.abort(new DOMException("shutting down", "AbortError"));
        const engine = await this.#engine.catch(() => undefined);
        await engine?.[Symbol.asyncDispose]();
        process.disconnect();
        return;
      }
    }
  }

  async #track(id: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    this.#work.set(id, controller);
    try {
      await work(controller.signal);
    } catch (fault) {
      if (!(fault instanceof EngineError)) console.error(fault);
      send({ type: "refused", id, error: toWireError(fault) });
      // A GPU that failed once is not trusted again: the server starts a worker without it.
      if (fault instanceof DeviceError && process.connected) process.disconnect();
    } finally {
      this.#work.delete(id);
    }
  }
}

const flagsSchema = z.object({
  checkpoint: z.string().default(embeddedCheckpoint),
  device: z.enum(deviceChoices).default("auto"),
  dtype: z.enum(["auto", ...dtypes]).default("auto"),
  "cache-dir": z.string().min(1).optional(),
  slots: z.coerce.number().int().positive().optional(),
  "max-context": z.coerce.number().int().positive().optional(),
  "yarn-factor": yarnFactorSchema,
});

function parseFlags(): z.infer<typeof flagsSchema> {
  const text = { type: "string" } as const;
  return flagsSchema.parse(parseArgs({ options: { checkpoint: text, device: text, dtype: text, "cache-dir": text, slots: text, "max-context": text, "yarn-factor": text } }).values);
}

async function main(): Promise<void> {
  const flags = parseFlags();
  const fromEnvironment = readEnvironment();
  const environment = { ...fromEnvironment, cacheFolder: flags["cache-dir"] ?? fromEnvironment.cacheFolder };
  const onLoading = (loading: Loading) => send({ type: "loading", loading });
  const early: unknown[] = [];
  // A download may take hours: it ends at once, and the next start goes on with it.
  let receive = (raw: unknown): void => {
    if (toWorkerSchema.parse(raw).type === "shutdown") process.disconnect();
    else early.push(raw);
  };
  process.on("message", (raw) => receive(raw));
  try {
    const open = () => openCheckpoint(flags.checkpoint, { hub: environment.hub, onLoading, yarnFactor: flags["yarn-factor"] });
    const checkpoint = await open();
    const engine = startEngine(checkpoint, {
      reopen: open,
      device: flags.device,
      onDevice: (sentence) => console.log(sentence),
      onLoading,
      environment,
      dtype: flags.dtype,
      ...(flags.slots === undefined ? {} : { slots: flags.slots }),
      ...(flags["max-context"] === undefined ? {} : { maxContext: flags["max-context"] }),
      onPlan: (plan) => console.log(describePlan(plan)),
    });
    const worker = new Worker(checkpoint, engine);
    receive = (raw) => void worker.handle(toWorkerSchema.parse(raw));
    for (const raw of early) receive(raw);
    send({ type: "ready", info: (await engine).info });
  } catch (fault) {
    if (!(fault instanceof EngineError)) console.error(fault);
    send({ type: "unusable", error: toWireError(fault) });
  }
}

process.on("disconnect", () => process.exit(0)); // the server is gone
setInterval(() => send({ type: "beat" }), beatMilliseconds).unref();
await main();
