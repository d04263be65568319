import type { GenerationEvent } from "../../inference/events.ts";
import type { Run } from "../run.ts";

/**
 * The events of a run as they happen, and nothing (undefined) for every `beat` milliseconds without one. Ends after the last;
 * leaving the loop early ends the listening, not the run.
 */
export async function* runEvents(run: Run, beat: number): AsyncGenerator<GenerationEvent | undefined> {
  let wake: () => void = () => undefined;
  const unlisten = run.listen(() => wake());
  try {
    for (let sequence = 1; ; ) {
      const event = run.event(sequence);
      if (event !== undefined) {
        sequence += 1;
        yield event;
        if (event.type === "finish" || event.type === "error") return;
        continue;
      }
      const happened = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), beat);
        wake = () => {
          clearTimeout(timer);
          resolve(true);
        };
      });
      if (!happened) yield undefined;
    }
  } finally {
    unlisten();
  }
}
