import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { videoCodecs } from "../inference/media/ffmpeg.ts";

/** What the image leaves out must not be needed in it. */

const root = dirname(import.meta.dirname);
const importOf = /^(?:(?:import|export) [^;"]*?from |import )"([^"]+)"|\b(?:import|import\.meta\.resolve)\("([^"]+)"\)/gm;

/** The packages that these files import, directly or by files of the project; types are gone before anything runs. */
function packagesOf(entries: readonly string[]): Set<string> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const code = readFileSync(join(root, file), "utf8").replace(/^import type .*?;$/gms, "");
    for (const [, named, called] of code.matchAll(importOf)) {
      const target = named ?? called ?? "";
      if (target.startsWith(".")) visit(normalize(join(dirname(file), target)));
      else if (!target.startsWith("node:") && !builtinModules.includes(target)) packages.add(/^(@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? target);
    }
  };
  for (const entry of entries) visit(entry);
  return packages;
}

test("what the server and the worker import is no development dependency", () => {
  const { dependencies } = z.object({ dependencies: z.record(z.string(), z.string()) }).parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  const needed = packagesOf(["server/main.ts", "inference/worker.ts", "inference/cli.ts", "inference/cacheCommand.ts"]);
  expect(needed).toContain("ws");
  expect(needed).toContain("koffi");
  for (const name of needed) if (name !== "ffmpeg-static") expect(Object.keys(dependencies)).toContain(name);
});

test("the image's ffmpeg decodes every codec that clips may have", () => {
  const dockerfile = readFileSync(join(root, "docker", "Dockerfile"), "utf8");
  const decoders = [...dockerfile.matchAll(/--enable-decoder=(\S+)/g)].flatMap(([, names = ""]) => names.split(","));
  const names: Record<string, string> = { av1: "libdav1d", flv1: "flv" };
  expect(decoders.sort()).toEqual(videoCodecs.map((codec) => names[codec] ?? codec).sort());
});
