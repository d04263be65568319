import type { TextConfig } from "../../inference/checkpoint/types.ts";
import { type GgufTensor, type MetadataValue, type TensorType, tensorTypes, writeGguf } from "./writer.ts";

/**
 * Writes a model for llama.cpp with the text configuration of one of ours and random weights, in the types that its
 * llama-quantize chooses for Q4_0 (src/llama-quant.cpp, llama_tensor_get_type): Q4_0 throughout, Q6_K for an embedding
 * that is the output layer too, F32 for norms.
 */
export async function writeRandomGguf(file: string, text: TextConfig): Promise<void> {
  const random = Object.fromEntries((["F32", "Q4_0", "Q6_K"] as const).map((type) => [type, randomBlocks(type)]));
  await writeGguf(file, { metadata: metadata(text), tensors: tensors(text) }, ({ type }) => random[type] ?? new Uint8Array());
}

type Shape = Pick<TextConfig, "hiddenSize" | "intermediateSize" | "layers" | "heads" | "kvHeads" | "headDim" | "vocabularySize">;

function tensors({ hiddenSize, intermediateSize, layers, heads, kvHeads, headDim, vocabularySize }: Shape): GgufTensor[] {
  const matrix = (name: string, rows: number, columns: number): GgufTensor => ({ name, type: "Q4_0", shape: [rows, columns] });
  const norm = (name: string, size: number): GgufTensor => ({ name, type: "F32", shape: [size] });
  const layer = (index: number) => [
    norm(`blk.${index}.attn_norm.weight`, hiddenSize),
    matrix(`blk.${index}.attn_q.weight`, heads * headDim, hiddenSize),
    matrix(`blk.${index}.attn_k.weight`, kvHeads * headDim, hiddenSize),
    matrix(`blk.${index}.attn_v.weight`, kvHeads * headDim, hiddenSize),
    matrix(`blk.${index}.attn_output.weight`, hiddenSize, heads * headDim),
    norm(`blk.${index}.attn_q_norm.weight`, headDim),
    norm(`blk.${index}.attn_k_norm.weight`, headDim),
    norm(`blk.${index}.ffn_norm.weight`, hiddenSize),
    matrix(`blk.${index}.ffn_gate.weight`, intermediateSize, hiddenSize),
    matrix(`blk.${index}.ffn_up.weight`, intermediateSize, hiddenSize),
    matrix(`blk.${index}.ffn_down.weight`, hiddenSize, intermediateSize),
  ];
  return [
    { name: "token_embd.weight", type: "Q6_K", shape: [vocabularySize, hiddenSize] },
    norm("output_norm.weight", hiddenSize),
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
  ];
}

function metadata({ hiddenSize, intermediateSize, layers, heads, kvHeads, headDim, vocabularySize }: Shape): Record<string, MetadataValue> {
  const uint32 = (value: number): MetadataValue => ({ type: "uint32", value });
  const string = (value: string): MetadataValue => ({ type: "string", value });
  const pieces = Array.from({ length: vocabularySize }, (_, token) => tokenText(token));
  const normal = 1;
  return {
    "general.architecture": string("qwen3"),
    "general.name": string("random"),
    "general.file_type": uint32(2), // mostly Q4_0
    "general.quantization_version": uint32(2),
    "qwen3.block_count": uint32(layers),
    "qwen3.context_length": uint32(32_768),
    "qwen3.embedding_length": uint32(hiddenSize),
    "qwen3.feed_forward_length": uint32(intermediateSize),
    "qwen3.attention.head_count": uint32(heads),
    "qwen3.attention.head_count_kv": uint32(kvHeads),
    "qwen3.attention.key_length": uint32(headDim),
    "qwen3.attention.value_length": uint32(headDim),
    "qwen3.attention.layer_norm_rms_epsilon": { type: "float32", value: 1e-6 },
    "qwen3.rope.freq_base": { type: "float32", value: 5e6 },
    "tokenizer.ggml.model": string("gpt2"),
    "tokenizer.ggml.pre": string("qwen2"),
    "tokenizer.ggml.tokens": { type: "strings", value: pieces },
    "tokenizer.ggml.token_type": { type: "int32s", value: pieces.map(() => normal) },
    "tokenizer.ggml.merges": { type: "strings", value: ["t 0"] },
    "tokenizer.ggml.bos_token_id": uint32(0),
    "tokenizer.ggml.eos_token_id": uint32(0),
  };
}

/** Texts that differ; the tokens of a prompt are given by number. The first are those that byte-level BPE writes bytes with. */
function tokenText(token: number): string {
  return token < 256 ? String.fromCodePoint(0x100 + token) : `t${token}`;
}

/** Some megabytes of blocks with values of about ±0.02, from a fixed seed; norms are about 1. */
function randomBlocks(type: TensorType): Uint8Array {
  if (type === "F32") return new Uint8Array(new Float32Array(1 << 16).fill(1).buffer);
  const { bytes } = tensorTypes[type];
  const blocks = new Uint8Array(bytes * (1 << 14));
  let state = 1;
  for (let index = 0; index < blocks.length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    blocks[index] = state >>> 24;
  }
  const view = new DataView(blocks.buffer);
  // The scale, fp16: first in Q4_0, whose levels are -8 … 7; last in Q6_K, whose -32 … 31 have a signed byte as second scale.
  for (let start = 0; start < blocks.length; start += bytes) {
    if (type === "Q4_0") view.setUint16(start, 0x1933, true); // 0.0025
    else view.setUint16(start + bytes - 2, 0x00a8, true); // 1e-5
  }
  return blocks;
}
