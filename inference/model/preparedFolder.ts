import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Checkpoint } from "../checkpoint/types.ts";
import { type Dtype, dtypes } from "./dtypes.ts";
import type { GraphKind } from "./graphKinds.ts";
import { isHeld } from "../lock.ts";

/** The cache of prepared models: a folder for each, named by what it was made of, with a manifest that is written last. */

/** To be raised whenever the prepared files change for the same checkpoint. */
const formatVersion = 6;
const manifestName = "manifest.json";

/** Nothing else is read of a prepared folder, and none of it may be a link. */
export const weightsFile = "weights.bin";
export const graphFiles = {
  cpu: { vision: "vision.onnx", decoder: "decoder.onnx" },
  gpu: { vision: "vision.gpu.onnx", decoder: "decoder.gpu.onnx" },
  "gpu-half": { vision: "vision.gpu-half.onnx", decoder: "decoder.gpu-half.onnx" },
} as const satisfies Record<GraphKind, Graphs>;
const graphNames = Object.values(graphFiles).flatMap(({ vision, decoder }) => [vision, decoder]);

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const manifestSchema = z.object({
  format: z.literal(formatVersion),
  /** By content, which includes where each weight lies. */
  graphs: z.record(z.enum(graphNames), z.object({ bytes: z.number(), sha256: hash })),
  /** Gigabytes that are mapped: by their size, and by when they were written. */
  weights: z.object({ bytes: z.number(), modified: z.number() }),
  name: z.string(),
  dtype: z.enum(dtypes),
  source: z.string(),
  created: z.iso.datetime(),
});
type Manifest = z.infer<typeof manifestSchema>;

/** The files of a vision tower and a decoder. */
export interface Graphs {
  vision: string;
  decoder: string;
}

/** A checkpoint as ONNX Runtime loads it: two graphs, of each kind, and the weights that are mapped into memory. */
export interface PreparedModel extends Graphs {
  /** Those for the CPU are its own. */
  kinds: Readonly<Record<GraphKind, Graphs>>;
}

/** The paths of a prepared model's files, whether they exist or not. */
export function preparedModel(folder: string): PreparedModel {
  const graphs = (kind: GraphKind): Graphs => ({ vision: path.join(folder, graphFiles[kind].vision), decoder: path.join(folder, graphFiles[kind].decoder) });
  return { ...graphs("cpu"), kinds: { cpu: graphs("cpu"), gpu: graphs("gpu"), "gpu-half": graphs("gpu-half") } };
}

/** Names a checkpoint's files as they are now: another content gets another name. `dtype` may say more than its name. */
export async function fingerprint(folder: string, dtype: Dtype | `${Dtype} ${string}`): Promise<string> {
  const digest = createHash("sha256").update(JSON.stringify([formatVersion, dtype, path.resolve(folder)]));
  for (const name of (await readdir(folder)).sort()) {
    if (!/\.safetensors$|config\.json$/.test(name)) continue;
    const { size, mtimeMs } = await stat(path.join(folder, name));
    digest.update(JSON.stringify([name, size, mtimeMs]));
  }
  return digest.digest("hex").slice(0, 32);
}

/** Declares a folder complete. */
export async function writeManifest(folder: string, checkpoint: Checkpoint, dtype: Dtype): Promise<void> {
  const graph = async (name: string) => [name, { bytes: (await stat(path.join(folder, name))).size, sha256: await sha256(path.join(folder, name)) }] as const;
  const { size: bytes, mtimeMs: modified } = await stat(path.join(folder, weightsFile));
  const manifest: Manifest = {
    format: formatVersion,
    graphs: manifestSchema.shape.graphs.parse(Object.fromEntries(await Promise.all(graphNames.map(graph)))),
    weights: { bytes, modified },
    name: checkpoint.name,
    dtype,
    source: path.resolve(checkpoint.folder),
    created: new Date().toISOString(),
  };
  await writeFile(path.join(folder, manifestName), JSON.stringify(manifest), { flush: true });
}

/** Whether everything that the manifest names is there as it was written; damaged, of another format or by links it is not. */
export async function isComplete(folder: string): Promise<boolean> {
  const manifest = await readManifest(folder);
  if (!manifest) return false;
  try {
    for (const [name, expected] of Object.entries({ ...manifest.graphs, [weightsFile]: manifest.weights })) {
      const file = path.join(folder, name);
      const found = await lstat(file);
      if (!found.isFile() || found.size !== expected.bytes) return false;
      if ("sha256" in expected ? (await sha256(file)) !== expected.sha256 : found.mtimeMs !== expected.modified) return false;
    }
    return true;
  } catch {
    return false;
  }
}

async function readManifest(folder: string): Promise<Manifest | undefined> {
  try {
    if (!(await lstat(folder)).isDirectory()) return undefined;
    const file = path.join(folder, manifestName);
    if (!(await lstat(file)).isFile()) return undefined;
    return manifestSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return undefined;
  }
}

async function sha256(file: string): Promise<string> {
  const digest = createHash("sha256");
  for await (const chunk of createReadStream(file)) digest.update(z.instanceof(Uint8Array).parse(chunk));
  return digest.digest("hex");
}

const idPattern = /^[0-9a-f]{32}$/;
/** What a process works on before it is complete. */
const draftPattern = /^([0-9a-f]{32})\.[A-Za-z0-9_-]{6}$/;
const lockPattern = /^([0-9a-f]{32})\.lock$/;

/** Held by who prepares the model of this id. */
export function lockFile(cacheFolder: string, id: string): string {
  return path.join(cacheFolder, `${id}.lock`);
}

/** Removes what processes left that ended before they were done. */
export async function removeLeftovers(cacheFolder: string): Promise<void> {
  for (const name of await entries(cacheFolder)) {
    const id = (draftPattern.exec(name) ?? lockPattern.exec(name))?.[1];
    if (id === undefined || (await isHeld(lockFile(cacheFolder, id)))) continue;
    await rm(path.join(cacheFolder, name), { recursive: true, force: true });
  }
}

/** Removes what an earlier holder of this model's lock left. */
export async function removeDrafts(cacheFolder: string, id: string): Promise<void> {
  for (const name of await entries(cacheFolder)) {
    if (draftPattern.exec(name)?.[1] === id) await rm(path.join(cacheFolder, name), { recursive: true, force: true });
  }
}

export interface CachedModel {
  id: string;
  /** Undefined for what is of another format or damaged. */
  facts: Pick<Manifest, "name" | "dtype" | "source" | "created"> | undefined;
  bytes: number;
}

/** What the cache holds, the newest first. */
export async function listPrepared(cacheFolder: string): Promise<CachedModel[]> {
  const ids = (await entries(cacheFolder)).filter((name) => idPattern.test(name));
  const models = await Promise.all(
    ids.map(async (id) => {
      const folder = path.join(cacheFolder, id);
      return { id, facts: await readManifest(folder), bytes: await folderBytes(folder) };
    }),
  );
  return models.sort((a, b) => (b.facts?.created ?? "").localeCompare(a.facts?.created ?? ""));
}

/** Deletes one that `listPrepared` named. A process that has it loaded keeps it until it ends. */
export async function deletePrepared(cacheFolder: string, id: string): Promise<void> {
  if (!idPattern.test(id)) throw new RangeError(`${id} is no prepared model`);
  await rm(path.join(cacheFolder, id), { recursive: true, force: true });
}

async function folderBytes(folder: string): Promise<number> {
  const sizes = await Promise.all((await entries(folder)).map(async (name) => (await lstat(path.join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function entries(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (fault) {
    if (fault instanceof Error && "code" in fault && (fault.code === "ENOENT" || fault.code === "ENOTDIR")) return [];
    throw fault;
  }
}
