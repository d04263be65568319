import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { openCheckpoint } from "../checkpoint/open.ts";
import { readEnvironment } from "../environment.ts";
import { referenceFolder } from "../reference/read.ts";
import { startEngine } from "./startEngine.ts";

it("takes the CPU where a GPU that was asked for cannot be used, and says why", async () => {
  const cacheFolder = await mkdtemp(path.join(tmpdir(), "start-"));
  const environment = { ...readEnvironment(), cacheFolder };
  const open = () => openCheckpoint(path.join(referenceFolder, "dense"), { hub: environment.hub });
  const sentences: string[] = [];
  try {
    // The provider for CUDA is no part of the package.
    await using engine = await startEngine(await open(), { device: "cuda", reopen: open, onDevice: (sentence) => sentences.push(sentence), environment });
    expect(engine.info.device).toBe("CPU");
    expect(sentences).toEqual([expect.stringMatching(/^The model runs on CPU \(CUDA: .+\)\.$/)]);
  } finally {
    await rm(cacheFolder, { recursive: true, force: true });
  }
});
