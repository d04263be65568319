import { parseArgs } from "node:util";
import { publishedProcessors, readProcessorsOnly } from "./checkpoint/readProcessors.ts";
import { mediaContext } from "./engine/mediaContext.ts";
import { readEnvironment } from "./environment.ts";
import { toWireError } from "./errors.ts";
import { mediaRules } from "./media/cost.ts";
import { type EngineInfo, toWorkerSchema } from "./protocol.ts";
import { liveWithServer, send, WorkerJobs } from "./workerJobs.ts";

/**
 * A worker without a model, for a server whose engine is elsewhere: media are still decoded in a process of their own.
 * Sizes follow the processor files in the folder `--checkpoint`, or those of the published Qwen3-VL where it is empty.
 */

function infoOf(media: EngineInfo["media"]): EngineInfo {
  return { name: "media", embedded: false, modelType: "qwen3_vl", parameters: 0, thinking: false, dtype: "", device: "CPU", runtime: "", contextLength: 1, defaults: {}, media };
}

async function main(): Promise<void> {
  const text = { type: "string" } as const;
  const { checkpoint = "" } = parseArgs({ options: { checkpoint: text, device: text } }).values;
  const jobs = new WorkerJobs();
  const processors = checkpoint === "" ? Promise.resolve(publishedProcessors) : readProcessorsOnly(checkpoint);
  process.on("message", (raw) => {
    const message = toWorkerSchema.parse(raw);
    switch (message.type) {
      case "inspect":
      case "fit":
        processors.then((known) => jobs.handleMedia(message, known), () => undefined); // a fault is told below
        return;
      case "cancel":
        jobs.cancel(message.id);
        return;
      case "generate":
      case "count":
        send({ type: "refused", id: message.id, error: { code: "internal", params: {} } });
        return;
      case "shutdown":
        jobs.cancelAll();
        process.disconnect();
        return;
    }
  });
  try {
    send({ type: "ready", info: infoOf(mediaRules({ ...mediaContext(await processors, "/", readEnvironment()) })) });
  } catch (fault) {
    send({ type: "unusable", error: toWireError(fault) });
  }
}

liveWithServer();
await main();
