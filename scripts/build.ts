import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compressFiles } from "./compressFiles.ts";
import { pageSources } from "./pageSources.ts";
import { placePdfFiles } from "./pdfFiles.ts";

/** Builds the page, unless it was built from exactly these sources before. */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, ".next", "source-hash");
const log = join(root, ".cache", "build.log");

function sourceHash(): string {
  const hash = createHash("sha256");
  for (const file of pageSources(root)) hash.update(`${file}\0`).update(readFileSync(join(root, file))).update("\0");
  return hash.digest("hex");
}

function isBuilt(hash: string): boolean {
  return existsSync(join(root, ".next", "BUILD_ID")) && existsSync(stamp) && readFileSync(stamp, "utf8") === hash;
}

function build(): boolean {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, "w");
  try {
    const next = join(root, "node_modules", "next", "dist", "bin", "next");
    return spawnSync(process.execPath, [next, "build"], { cwd: root, stdio: ["ignore", output, output] }).status === 0;
  } finally {
    closeSync(output);
  }
}

placePdfFiles(root);
const hash = sourceHash();
if (!isBuilt(hash)) {
  console.error("Building the page …");
  rmSync(stamp, { force: true }); // an interrupted build must not pass for this one
  if (build()) {
    await compressFiles(join(root, ".next", "static"));
    writeFileSync(stamp, hash);
  } else {
    console.error(`${readFileSync(log, "utf8").trimEnd()}\nThe page could not be built; the lines above are in ${log}`);
    process.exitCode = 1;
  }
}
