import { parentPort } from "node:worker_threads";
import { quantizeToBlob } from "./blobs.ts";
import { BlockKernel } from "./blockKernel.ts";
import { quantizeRows } from "./blockwise.ts";
import type { QuantizerAnswer, QuantizerTask } from "./quantizer.ts";

const kernel = new BlockKernel();

/** The body of a thread of ThreadedQuantizer: answers each task in turn. */
parentPort?.on("message", (task: QuantizerTask) => {
  switch (task.into) {
    case "rows": {
      const rows = quantizeRows(task.weights, task.columns, task.format, kernel);
      answer({ into: "rows", rows }, [rows.values.buffer, rows.scales.buffer, ...(rows.zeroPoints ? [rows.zeroPoints.buffer] : [])]);
      break;
    }
    case "blob": {
      const blob = quantizeToBlob(task.weights, task.matrix, kernel);
      answer({ into: "blob", blob }, [blob.buffer]);
    }
  }
});

function answer(message: QuantizerAnswer, buffers: ArrayBuffer[]): void {
  parentPort?.postMessage(message, buffers);
}
