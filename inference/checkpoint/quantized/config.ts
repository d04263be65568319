import { z } from "zod";
import { EngineError } from "../../errors.ts";
import { parseWith } from "../files.ts";

/** quantization_config of config.json: what the tensors themselves do not say about how they are quantized. */
export type Quantization =
  | { method: "none" }
  | { method: "fp8"; block: readonly [number, number] }
  | { method: "awq" }
  | { method: "gptq"; bits: 4 | 8; zeroOffset: 0 | 1 }
  | { method: "compressed-tensors" };

const count = z.number().int().positive();
const commonSchema = z.object({ quant_method: z.string() });
const fp8Schema = z.object({ weight_block_size: z.tuple([count, count]).nullish() });
const awqSchema = z.object({ bits: z.number(), version: z.string().default("gemm") });
const gptqSchema = z.object({ bits: z.number(), checkpoint_format: z.string().nullish() });
const compressedSchema = z.object({ format: z.string().nullish() });
const configSchema = z.object({ model_type: z.string(), quantization_config: z.unknown().optional(), compression_config: z.unknown().optional() });

const compressedFormats = ["pack-quantized", "float-quantized", "int-quantized", "naive-quantized", "dense"];

/** @throws EngineError checkpoint_unsupported for other ways to quantize, checkpoint_corrupt */
export function parseQuantization(configJson: unknown): Quantization {
  const file = "config.json";
  const { model_type: modelType, quantization_config: found, compression_config: older } = parseWith(file, configJson, configSchema);
  const json = found ?? older;
  if (json === undefined || json === null) return { method: "none" };
  const { quant_method: method } = parseWith(file, json, commonSchema);
  const unsupported = (what: string) => new EngineError("checkpoint_unsupported", { model_type: `${modelType} (${what})` });
  switch (method) {
    case "fp8":
      return { method, block: parseWith(file, json, fp8Schema).weight_block_size ?? [128, 128] };
    case "awq": {
      const { bits, version } = parseWith(file, json, awqSchema);
      if (bits !== 4 || version.toLowerCase() !== "gemm") throw unsupported(`AWQ ${version}, ${bits} bits`);
      return { method };
    }
    case "gptq": {
      const { bits, checkpoint_format: format } = parseWith(file, json, gptqSchema);
      if ((bits !== 4 && bits !== 8) || !["gptq", "gptq_v2", undefined, null].includes(format)) throw unsupported(`GPTQ ${format ?? ""}, ${bits} bits`);
      return { method, bits, zeroOffset: format === "gptq_v2" ? 0 : 1 };
    }
    case "compressed-tensors": {
      const { format } = parseWith(file, json, compressedSchema);
      if (format && !compressedFormats.includes(format)) throw unsupported(`compressed-tensors ${format}`);
      return { method };
    }
    default:
      throw unsupported(method);
  }
}
