import { parseArgs } from "node:util";
import { z } from "zod";
import { yarnFactorSchema } from "./checkpoint/config.ts";
import { openCheckpoint } from "./checkpoint/open.ts";
import type { Checkpoint } from "./checkpoint/types.ts";
import { embeddedCheckpoint } from "./embedded.ts";
import type { Engine } from "./engine/engine.ts";
import { readEnvironment } from "./environment.ts";
import { describePlan } from "./engine/memoryPlan.ts";
import { EngineError, toWireError } from "./errors.ts";
import { generationEventSchema } from "./events.ts";
import { dtypes } from "./model/dtypes.ts";
import { type Loading, type ToWorker, toWorkerSchema } from "./protocol.ts";
import { startEngine } from "./engine/startEngine.ts";
import { deviceChoices, DeviceError } from "./runtime/index.ts";
import { liveWithServer, send, WorkerJobs } from "./workerJobs.ts";

/** The inference worker: a child process of the server that owns the engine. See protocol.ts for what it says and hears. */

/** Serves the server's requests: media can be inspected while the engine is still being loaded, answers wait for it. */
class Worker {
  readonly #checkpoint: Checkpoint;
  readonly #engine: Promise<Engine>;
  readonly #jobs = new WorkerJobs();

  constructor(checkpoint: Checkpoint, engine: Promise<Engine>) {
    this.#checkpoint = checkpoint;
    this.#engine = engine;
  }

  async handle(message: ToWorker): Promise<void> {
    switch (message.type) {
      case "generate":
        return this.#jobs.run(
          message.id,
          async (signal) => {
            const engine = await this.#engine;
            for await (const event of engine.generate(message.request, { signal })) {
              send({ type: "event", id: message.id, event: generationEventSchema.parse(event) });
            }
          },
          // A GPU that failed once is not trusted again: the server starts a worker without it.
          (fault) => {
            if (fault instanceof DeviceError && process.connected) process.disconnect();
          },
        );
      case "count":
        return this.#jobs.run(message.id, async (signal) => {
          const engine = await this.#engine;
          send({ type: "counted", id: message.id, counts: await engine.countTokens(message.texts, signal) });
        });
      case "inspect":
      case "fit":
        return this.#jobs.handleMedia(message, this.#checkpoint);
      case "cancel":
        this.#jobs.cancel(message.id);
        return;
      case "shutdown": {
        this.#jobs.cancelAll();
        const engine = await this.#engine.catch(() => undefined);
        await engine?.[Symbol.asyncDispose]();
        process.disconnect();
        return;
      }
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

liveWithServer();
await main();
