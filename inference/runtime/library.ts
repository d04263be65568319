import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { RuntimeError } from "./types.ts";

const fileNames: Partial<Record<NodeJS.Platform, string>> = {
  linux: "libonnxruntime.so.1",
  darwin: "libonnxruntime.1.dylib",
  win32: "onnxruntime.dll",
};

/** The shared library that the package onnxruntime-node ships for this platform. @throws RuntimeError when it ships none */
export function findLibrary(): string {
  const root = path.dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
  const fileName = fileNames[process.platform];
  const library = path.join(root, "bin", "napi-v6", process.platform, process.arch, fileName ?? "");
  if (fileName === undefined || !existsSync(library)) throw new RuntimeError(`no ONNX Runtime for ${process.platform} ${process.arch}`);
  return library;
}
