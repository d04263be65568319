import { statSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { expectedTensors } from "./expectedTensors.ts";
import { corrupt, isAbsent, missing, readOptionalJson } from "./files.ts";
import type { Quantization } from "./quantized/config.ts";
import { SafetensorsFile } from "./safetensors.ts";
import { ShardedTensorStore } from "./tensorStore.ts";
import type { ModelConfig, TensorStore } from "./types.ts";

const singleFile = "model.safetensors";
const indexFile = "model.safetensors.index.json";

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });
type WeightMap = z.infer<typeof indexSchema>["weight_map"];

/**
 * Opens model.safetensors, or the shards that its index names, and checks them: headers, sizes, the index against the
 * shards, and that every weight of the model is there with its shape.
 *
 * @throws EngineError checkpoint_missing_file, checkpoint_corrupt; each names the file.
 */
export async function openWeights(folder: string, config: ModelConfig, quantization: Quantization): Promise<TensorStore> {
  const weightMap = isFile(join(folder, singleFile)) ? undefined : await readWeightMap(folder);
  const names = weightMap ? [...new Set(Object.values(weightMap))].sort() : [singleFile];
  const files: SafetensorsFile[] = [];
  try {
    for (const name of names) files.push(openShard(folder, name));
    if (weightMap) checkIndex(weightMap, files);
    const store = await ShardedTensorStore.create(files, quantization);
    checkTensors(store, { config, files, weightMap });
    return store;
  } catch (fault) {
    for (const file of files) file[Symbol.dispose]();
    throw fault;
  }
}

async function readWeightMap(folder: string): Promise<WeightMap> {
  const index = await readOptionalJson(folder, indexFile, indexSchema);
  if (!index) throw missing(folder, singleFile);
  const names = Object.values(index.weight_map);
  if (names.length === 0) throw corrupt(indexFile, "it names no tensor");
  const outside = names.find((name) => name !== basename(name) || name === "" || name.startsWith(".") || name.includes("\\"));
  if (outside !== undefined) throw corrupt(indexFile, "it names a file outside of the folder");
  return index.weight_map;
}

function openShard(folder: string, name: string): SafetensorsFile {
  try {
    return SafetensorsFile.open(join(folder, name));
  } catch (fault) {
    if (isAbsent(fault)) throw missing(folder, name);
    if (fault instanceof Error && "syscall" in fault) throw corrupt(name, "it cannot be read", fault);
    throw fault;
  }
}

function checkIndex(weightMap: WeightMap, files: readonly SafetensorsFile[]): void {
  const byName = new Map(files.map((file) => [file.name, file]));
  for (const [tensor, name] of Object.entries(weightMap)) {
    if (!byName.get(name)?.entries.has(tensor)) throw corrupt(name, `${tensor} is missing, though the index says that it is there`);
  }
}

function checkTensors(
  store: ShardedTensorStore,
  { config, files, weightMap }: { config: ModelConfig; files: readonly SafetensorsFile[]; weightMap: WeightMap | undefined },
): void {
  for (const { name, shape } of expectedTensors(config)) {
    if (!store.has(name)) {
      const unreadable = files.find((file) => file.entries.has(name));
      if (unreadable) throw corrupt(unreadable.name, `${name} is stored as ${unreadable.entries.get(name)?.dtype ?? ""}, which is not supported`);
      throw corrupt(weightMap ? indexFile : singleFile, `${name} is missing`);
    }
    if (name === embedding && !store.hasRows(name)) throw corrupt(store.fileOf(name), `${name} is quantized, which is not supported`);
    const actual = store.shape(name);
    if (actual.length !== shape.length || actual.some((extent, dimension) => extent !== shape[dimension])) {
      throw corrupt(store.fileOf(name), `${name} has the shape ${actual.join("×")}, not ${shape.join("×")} as config.json says`);
    }
  }
}

/** Its rows are read one by one, at every token. */
const embedding = "model.language_model.embed_tokens.weight";

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
