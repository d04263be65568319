import { corrupt } from "../files.ts";
import type { StoredTensor } from "../storedTensor.ts";
import { plainTensor, type TensorSource } from "../tensorSource.ts";
import type { Quantization } from "./config.ts";
import { joinExperts } from "./experts.ts";
import { type IntegerMatrix, Latest } from "./integers.ts";
import { awqTensor, compressedTensor, gptqTensor } from "./packed.ts";
import { scaledTensor } from "./scaled.ts";

/**
 * The tensors of a model from those of its files, under the names that they have where nothing is quantized. What is not
 * quantized (the vision tower, norms) is read as it stands; what belongs to no tensor of the model is left out.
 */
export async function tensorSources(stored: ReadonlyMap<string, StoredTensor>, quantization: Quantization): Promise<Map<string, TensorSource>> {
  const sources = new Map<string, TensorSource>();
  const latest = { integers: new Latest<IntegerMatrix>(), scales: new Latest<Float32Array>() };
  for (const [name, tensor] of stored) {
    const [, layer = "", last = ""] = /^(.*)\.([^.]+)$/.exec(name) ?? [];
    const options = { find: (suffix: string) => stored.get(`${layer}.${suffix}`), latest: latest.integers };
    const weight = `${layer}.weight`;
    if (last === "qweight" && quantization.method === "awq") sources.set(weight, awqTensor(tensor, options));
    else if (last === "qweight" && quantization.method === "gptq") sources.set(weight, gptqTensor(tensor, { ...options, ...quantization }));
    else if (last === "weight_packed") sources.set(weight, compressedTensor(tensor, { ...options, shape: await weightShape(tensor, options.find("weight_shape")) }));
    else if (tensor.dtype === "F8_E4M3" || tensor.dtype === "I8") {
      const scale = stored.get(`${name}_scale_inv`) ?? stored.get(`${name}_scale`);
      const block = quantization.method === "fp8" ? quantization.block : ([128, 128] as const);
      if (scale) sources.set(name, scaledTensor(tensor, { scale, block, latest: latest.scales }));
    } else {
      const plain = plainTensor(tensor);
      if (plain) sources.set(name, plain);
    }
  }
  for (const [name, source] of joinExperts(sources)) sources.set(name, source);
  for (const name of sources.keys()) if (/_scale(_inv)?$|\.scales$|\.experts\.\d+\./.test(name)) sources.delete(name);
  return sources;
}

async function weightShape(packed: StoredTensor, shape: StoredTensor | undefined): Promise<readonly [number, number]> {
  if (shape?.shape.length === 1 && shape.shape[0] === 2) {
    const [outputs = 0, inputs = 0] = await shape.integers();
    return [outputs, inputs];
  }
  throw corrupt(packed.file.name, "weight_shape of a packed layer is missing");
}
