import { cp, mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { build, type Plugin } from "esbuild";
import { embeddedCheckpoint } from "../inference/embedded.ts";

/**
 * Packs benchmarks/gpu.ts for this platform into a folder that needs nothing but Node, and on Linux a Vulkan loader:
 * `node --import tsx benchmarks/bundleGpu.ts FOLDER`, then there `node benchmarks/gpu.js --shape 2b --dtype int4`.
 */

const [target] = process.argv.slice(2);
if (target === undefined) throw new Error("usage: bundleGpu.ts FOLDER");
const root = path.join(import.meta.dirname, "..");

/** In the bundle the quantizer's thread is JavaScript and needs no loader. */
const plainThread: Plugin = {
  name: "plain-thread",
  setup: (bundle) =>
    bundle.onLoad({ filter: /quantizer\.ts$/ }, async ({ path: file }) => {
      const source = await readFile(file, "utf8");
      const contents = source.replace("./quantizerThread.ts", "./quantizerThread.js").replace(/, \{ execArgv: .*? \}\)/, ")");
      if (contents.includes("tsx")) throw new Error("the quantizer starts its threads in another way");
      return { contents, loader: "ts" };
    }),
};

await build({
  entryPoints: [path.join(import.meta.dirname, "gpu.ts"), path.join(root, "inference", "quantization", "quantizerThread.ts")],
  outdir: path.join(target, "benchmarks"),
  entryNames: "[name]",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node22",
  plugins: [plainThread],
  // What is native or not used by the benchmark.
  external: ["koffi", "onnxruntime-node", "sharp", "ffmpeg-static"],
  banner: { js: 'import { createRequire as bundleRequire } from "node:module"; const require = bundleRequire(import.meta.url);' },
  logLevel: "warning",
});

const modules = path.join(target, "node_modules");
const platform = path.join("bin", "napi-v6", process.platform, process.arch);
const copied = (name: string, wanted: (file: string) => boolean = () => true) => {
  const from = path.join(root, "node_modules", name);
  return cp(from, path.join(modules, name), { recursive: true, filter: (file) => wanted(path.relative(from, file)) });
};

await mkdir(modules, { recursive: true });
await copied("onnxruntime-node", (file) => !file.startsWith("bin") || platform.startsWith(file) || file.startsWith(platform));
await copied("onnxruntime-common");
await copied("koffi", (file) => !/^(vendor|doc)/.test(file));
await copied("@koromix");
const small = (await readdir(embeddedCheckpoint)).filter((name) => /\.(json|jinja)$/.test(name));
for (const name of small) await cp(path.join(embeddedCheckpoint, name), path.join(target, path.relative(root, embeddedCheckpoint), name));
await cp(path.join(root, "package.json"), path.join(target, "package.json"));
