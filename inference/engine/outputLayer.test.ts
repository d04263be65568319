import { expect, it } from "vitest";
import { loadCheckpoint } from "../checkpoint/load.ts";
import { embeddedCheckpoint } from "../embedded.ts";
import { OutputLayer } from "./outputLayer.ts";

it("gives the most probable tokens the logits of the exact layer and leaves the others", async () => {
  using checkpoint = await loadCheckpoint(embeddedCheckpoint);
  const { hiddenSize, vocabularySize } = checkpoint.config.text;
  const weights = await checkpoint.tensors.read("model.language_model.embed_tokens.weight");
  const hidden = Float32Array.from({ length: hiddenSize }, (_, index) => Math.sin(index));
  const exact = Float32Array.from({ length: vocabularySize }, (_, token) => hidden.reduce((sum, value, index) => sum + value * (weights[token * hiddenSize + index] ?? 0), 0));
  const rough = exact.map((logit, token) => logit + 0.01 * Math.cos(token));
  const corrected = rough.slice();
  new OutputLayer(checkpoint).correct(corrected, hidden);

  const changed = [...corrected.keys()].filter((token) => corrected[token] !== rough[token]);
  const best = [...rough.keys()].sort((a, b) => (rough[b] ?? 0) - (rough[a] ?? 0)).slice(0, 32);
  expect(changed.sort((a, b) => a - b)).toEqual(best.sort((a, b) => a - b));
  for (const token of best) expect(corrected[token]).toBeCloseTo(exact[token] ?? NaN, 4);
});
