import { readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { z } from "zod";

const names = z.record(z.string(), z.string()).default({});
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ resolved: z.string().optional(), dependencies: names, optionalDependencies: names }),
  ),
});

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { packages } = lockSchema.parse(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")));

/** Whether Node would find `name` from the package at `path`. */
function found(path: string, name: string): boolean {
  if (posix.join(path, "node_modules", name) in packages) return true;
  if (path === "") return false;
  return found(path.slice(0, Math.max(0, path.lastIndexOf("node_modules/") - 1)), name);
}

it("names no registry, so that everybody installs from their own", () => {
  expect(Object.keys(packages).filter((path) => packages[path]?.resolved !== undefined)).toEqual([]);
});

it("lists the binaries of every platform, without which npm ci refuses an empty folder", () => {
  const missing = Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !found(path, name))
      .map((name) => `${path}: ${name}`),
  );
  expect(missing).toEqual([]);
});
