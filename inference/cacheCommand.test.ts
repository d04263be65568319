import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadCheckpoint } from "./checkpoint/load.ts";
import { prepareModel } from "./model/prepare.ts";
import { referenceFolder } from "./reference/read.ts";

let cacheFolder: string;
beforeAll(async () => {
  cacheFolder = await mkdtemp(path.join(tmpdir(), "cache-command-"));
  using checkpoint = await loadCheckpoint(path.join(referenceFolder, "dense"));
  for (const dtype of ["fp32", "int8", "int4"] as const) await prepareModel(checkpoint, { dtype, cacheFolder });
});
afterAll(() => rm(cacheFolder, { recursive: true, force: true }));

async function cache(...flags: string[]): Promise<{ out: string; err: string; code: number }> {
  const command = path.join(import.meta.dirname, "cacheCommand.ts");
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ["--import", import.meta.resolve("tsx"), command, ...flags, "--cache-dir", cacheFolder], (_, out, err) =>
      resolve({ out, err, code: child.exitCode ?? -1 }),
    );
  });
}

it("lists and deletes prepared models", async () => {
  const listed = (await cache("list")).out;
  expect(listed).toMatch(/ID +NAME +DTYPE +SIZE +DATE +CHECKPOINT\n/);
  for (const dtype of ["fp32", "int8", "int4"]) expect(listed).toMatch(new RegExp(`[0-9a-f]{8} +dense +${dtype} +0.0\\d GB +20\\d\\d-\\d\\d-\\d\\d +.*reference.dense\\n`));

  expect(await cache("delete", "other")).toMatchObject({ code: 1, out: "", err: "No prepared model is called other. “list” shows all of them.\n" });
  expect(await cache("delete")).toMatchObject({ code: 1, err: "Say which one to delete, or --all.\n" });
  expect(await readdir(cacheFolder)).toHaveLength(3);

  expect((await cache("delete", "dense/int8")).out).toMatch(/^Deleted dense int8 \([0-9a-f]{8}, 0.0\d GB\)\.\n$/);
  expect(await readdir(cacheFolder)).toHaveLength(2);
  expect((await cache("delete", "--all")).out.trim().split("\n")).toHaveLength(2);
  expect((await cache("list")).out).toBe(`Nothing is prepared in ${cacheFolder}.\n`);
});
