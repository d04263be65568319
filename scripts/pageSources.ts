import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const configuration = ["next.config.js", "postcss.config.mjs", "tsconfig.json", "package-lock.json", "scripts/build.ts", "scripts/compressFiles.ts"];
const relativeImport = /(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g;

/**
 * The files that the built page depends on, as sorted paths relative to `root`: everything in app/ and components/ but
 * tests, what these import from elsewhere in the project, directly or not, and the configuration of the build.
 */
export function pageSources(root: string): string[] {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file) || !existsSync(join(root, file))) return;
    found.add(file);
    if (!/\.[jt]sx?$/.test(file)) return;
    for (const [, target] of readFileSync(join(root, file), "utf8").matchAll(relativeImport)) {
      if (target !== undefined) visit(normalize(join(dirname(file), target)));
    }
  };
  for (const file of [...configuration, ...filesIn(root, "app"), ...filesIn(root, "components")]) visit(file);
  return [...found].sort();
}

function filesIn(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.[jt]sx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}
