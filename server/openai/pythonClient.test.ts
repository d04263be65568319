import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { projectRoot } from "../config.ts";
import { eventually, TestServer } from "../testing/harness.ts";
import { hasPython, pythonPackages, runPython } from "./testing/pythonPackages.ts";

/** OpenAI's own client for Python against the real server with the embedded model; needs a Python, and the first time PyPI. */

const media = join(projectRoot, "inference", "reference", "media");
/** The rest is compared below. */
const foundSchema = z.looseObject({ text: z.string().min(1), streamed: z.string(), image_tokens: z.int().positive(), video_tokens: z.int().positive() });
const python = await hasPython();
if (!python) console.warn("OpenAI's client for Python is not tested: there is no python3 with pip on this machine.");

test.runIf(python)("OpenAI's client for Python works unchanged", { timeout: 180_000 }, async () => {
  const packages = await pythonPackages("openai");
  await using server = await TestServer.start({ worker: join(projectRoot, "inference", "worker.ts"), checkpoint: join(projectRoot, "models", "demo") });
  const program = await readFile(join(import.meta.dirname, "testing", "client.py"), "utf8");
  const found = foundSchema.parse(JSON.parse(await runPython(program, { packages, args: [`${server.origin}/v1`, join(media, "photo.png"), join(media, "clip.mp4")] })));
  expect(found).toEqual({
    models: ["demo"],
    text: found.streamed,
    usage: true,
    streamed: found.text,
    streamed_usage: true,
    image_tokens: found.image_tokens,
    video_tokens: found.video_tokens,
    logprobs: true,
    unknown: "NotFoundError model_not_found model",
    refused: "BadRequestError unsupported_parameter n",
    corrupt: "UnprocessableEntityError image_corrupt messages[0].content[0].image_url.url",
    after_abort: true,
  });
  await eventually(() => server.storedFiles()).toEqual([]);
});
