import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What pdfjs-dist loads while it runs, beside its main module: the worker, character maps, fonts and decoders. */
const parts = ["build/pdf.worker.min.mjs", "cmaps", "standard_fonts", "wasm"] as const;

/** Copies these files to where the page finds them, public/pdfjs, unless they are there in this version. */
export function placePdfFiles(root: string): void {
  const from = join(root, "node_modules", "pdfjs-dist");
  const to = join(root, "public", "pdfjs");
  const stamp = join(to, "version");
  const version = readFileSync(join(from, "package.json"), "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === version) return;
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  for (const part of parts) cpSync(join(from, part), join(to, part.replace(/^build\//, "")), { recursive: true });
  writeFileSync(stamp, version); // last: an interrupted copy must not pass for a whole one
}
