import path from "node:path";
import { embeddedCheckpoint } from "../embedded.ts";
import { Engine } from "../engine/engine.ts";
import { readEnvironment } from "../environment.ts";
import { GraphBuilder } from "../graph/builder.ts";
import { CApiRuntime } from "../runtime/cApiRuntime.ts";
import { chooseDevice, type Device } from "../runtime/index.ts";
import { caseNames, readCase, referenceFolder } from "./read.ts";
import { operatorPlacement, placedDtypes } from "./webgpuPlacement.ts";

/**
 * Answers reference cases and a question to the embedded model on WebGPU and sends what it generated to its parent, a test,
 * with the operators that ran on the device and those that did not: the variables that say where Vulkan's driver is must be set before the process begins.
 */

const [cacheFolder = "", ...names] = process.argv.slice(2);
const environment = { ...readEnvironment(), cacheFolder, modelSequenceLength: 4096 };

async function engineOn(folder: string, device: Device): Promise<Engine> {
  const { runtime } = await chooseDevice(device);
  return Engine.load(folder, { environment, runtime, slots: 2 });
}

// A session that lives until the end: on a device all share what was compiled for it, as long as there is one.
await using shared = CApiRuntime.create({ device: "webgpu" });
const idle = new GraphBuilder();
idle.output("y", "float32", [1], idle.input("x", "float32", [1]));
await shared.createSession(idle.encode());

const placements: Record<string, Record<string, string[]>> = {};
for (const dtype of placedDtypes) placements[dtype] = await operatorPlacement(shared, dtype, cacheFolder);

const auto = await chooseDevice("auto");
const answers: Record<string, readonly number[]> = {};
const devices = new Set<string>();
const cases = caseNames.filter((name) => names.includes(name)).map(readCase);
for (const folder of new Set(cases.map(({ checkpointFolder }) => checkpointFolder))) {
  await using engine = await engineOn(folder, "webgpu");
  devices.add(engine.info.device);
  // All at once: sequences take turns on the device while others go through the vision tower.
  const underWay = cases.filter(({ checkpointFolder }) => checkpointFolder === folder);
  await Promise.all(
    underWay.map(async ({ name, description: { messages, options } }) => {
      const generation = { ...options, sampling: { greedy: true }, ignore_eos: true, max_new_tokens: 24 };
      for await (const event of engine.generate({ messages, options: generation }, { mediaFolder: referenceFolder })) {
        if (event.type === "finish") answers[name] = event.output.token_ids;
      }
    }),
  );
}

const embedded: string[] = [];
for (const device of ["cpu", "webgpu"] as const) {
  await using engine = await engineOn(embeddedCheckpoint, device);
  const content = [
    { type: "image" as const, image: path.join(embeddedCheckpoint, "../../public/examples/circle-and-square.png") },
    { type: "text" as const, text: "What do you see?" },
  ];
  let text = "";
  for await (const event of engine.generate({ messages: [{ role: "user", content }], options: { sampling: { greedy: true } } })) {
    if (event.type === "text") text += event.delta;
  }
  embedded.push(text);
}

process.send?.({ placements, answers, devices: [...devices], embedded, auto: auto.runtime.device, reason: auto.reason });
process.disconnect();
