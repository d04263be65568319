import { parentPort } from "node:worker_threads";
import { quantizeRows } from "./blockwise.ts";
import type { QuantizerTask } from "./quantizer.ts";

/** The body of a thread of ThreadedQuantizer: answers each task in turn. */
parentPort?.on("message", ({ weights, columns, format }: QuantizerTask) => {
  const rows = quantizeRows(weights, columns, format);
  const buffers = [rows.values.buffer, rows.scales.buffer, ...(rows.zeroPoints ? [rows.zeroPoints.buffer] : [])];
  parentPort?.postMessage(rows, buffers);
});
