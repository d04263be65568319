import { setTimeout as sleep } from "node:timers/promises";
import { Decoder } from "../inference/engine/decoder.ts";
import { pausingSignals } from "./pausingSignals.ts";

/**
 * The real worker with the real model, which pauses before every step of the decoder from the signal "slow" to the signal
 * "fast": an answer of the embedded model is written in a moment otherwise, and nothing could be done meanwhile for certain.
 */

/** Milliseconds before each step: long enough for a busy machine, short enough for an answer of dozens of tokens. */
const pause = 120;

let slow = false;
process.on(pausingSignals.slow, () => (slow = true));
process.on(pausingSignals.fast, () => (slow = false));

const steps: Readonly<Record<"step" | "prefillChunk", (...given: never[]) => Promise<unknown>>> = Decoder.prototype;
for (const name of ["step", "prefillChunk"] as const) {
  const paused = new Proxy(steps[name], {
    apply: async (step, decoder, given) => {
      if (slow) await sleep(pause);
      return Reflect.apply(step, decoder, given) as unknown;
    },
  });
  Reflect.set(Decoder.prototype, name, paused);
}

await import("../inference/worker.ts");
