import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Exits with 0 when node_modules holds what package-lock.json asks for. npm notes what it installed in
 * node_modules/.package-lock.json, last of all, so an interrupted installation is seen too.
 * Plain JavaScript, since it runs before there is a package.
 */

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const packagesOf = (file) => {
  try {
    return JSON.parse(readFileSync(`${root}/${file}`, "utf8")).packages;
  } catch (cause) {
    if (cause.code === "ENOENT" || cause instanceof SyntaxError) return {};
    throw cause;
  }
};

const installed = packagesOf("node_modules/.package-lock.json");
const complete = Object.entries(packagesOf("package-lock.json")).every(([path, { version, optional }]) =>
  path === "" ? true : path in installed ? installed[path].version === version : optional === true,
);
process.exit(complete ? 0 : 1);
