import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

it.each(["README.md", "CONTRIBUTING.md"])("%s names only files that are there", (document) => {
  const named = [...readFileSync(join(root, document), "utf8").matchAll(/`([\w./-]+\/[\w.-]*\.(?:tsx?|js|py|md|sh|json)|[\w.-]+(?:\/[\w.-]+)*\/)`/g)];
  const paths = named.map(([, path]) => path ?? "").filter((path) => !path.startsWith("~"));
  expect(paths.length).toBeGreaterThan(5);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
