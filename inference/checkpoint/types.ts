/** A checkpoint's configuration, with the spellings of several transformers versions made one. */

/** See transformers modeling_rope_utils.py `_compute_yarn_parameters`. */
export interface YarnScaling {
  type: "yarn";
  factor: number;
  originalContext: number;
  betaFast: number;
  betaSlow: number;
  /** What cosine and sine are multiplied by. */
  attentionFactor: number;
  /** Whether the bounds of the ramp are rounded to whole dimensions. */
  truncate: boolean;
}

export interface RopeConfig {
  theta: number;
  /** Interleaved-MRoPE: how many frequency pairs belong to time, height and width. Their sum is headDim / 2. */
  mropeSection: readonly [number, number, number];
  scaling: { type: "default" } | YarnScaling;
}

export interface TextConfig {
  hiddenSize: number;
  intermediateSize: number;
  layers: number;
  heads: number;
  kvHeads: number;
  headDim: number;
  vocabularySize: number;
  rmsNormEpsilon: number;
  maxPositions: number;
  rope: RopeConfig;
  /** Undefined in a dense model. `isExpertLayer` follows decoder_sparse_step and mlp_only_layers. */
  moe: undefined | { experts: number; expertsPerToken: number; intermediateSize: number; normalizeTopK: boolean; isExpertLayer: (layer: number) => boolean };
}

export interface VisionConfig {
  depth: number;
  hiddenSize: number;
  intermediateSize: number;
  heads: number;
  outputSize: number;
  patchSize: number;
  temporalPatchSize: number;
  mergeSize: number;
  /** The learned position grid is gridSize × gridSize. */
  gridSize: number;
  deepstackLayers: readonly number[];
}

export interface ModelConfig {
  modelType: "qwen3_vl" | "qwen3_vl_moe";
  text: TextConfig;
  vision: VisionConfig;
  tieWordEmbeddings: boolean;
  tokens: { image: number; video: number; visionStart: number; visionEnd: number };
}

/** preprocessor_config.json or video_preprocessor_config.json. Sizes in pixels. */
export interface ImageProcessorConfig {
  patchSize: number;
  temporalPatchSize: number;
  mergeSize: number;
  mean: readonly [number, number, number];
  std: readonly [number, number, number];
  /** Of one picture, or of a whole clip: frames × height × width. */
  minPixels: number;
  maxPixels: number;
}

export interface VideoProcessorConfig extends ImageProcessorConfig {
  fps: number;
  minFrames: number;
  maxFrames: number;
}

export interface GenerationDefaults {
  eosTokenIds: readonly number[];
  greedy: boolean;
  temperature: number;
  topP: number;
  topK: number;
  repetitionPenalty: number;
}

/**
 * A matrix (outputs, inputs) of 4-bit integers, of which `block` neighboring inputs of an output share a scale and a zero
 * point: value = (level − zero) · scale. `block` is a power of two from 16.
 */
export interface QuantizedBlocks {
  readonly block: number;
  /** A range of outputs. */
  read(from: number, to: number): Promise<BlockRows>;
}

export interface BlockRows {
  /** (rows, inputs), a byte each. */
  levels: Uint8Array;
  /** (rows, blocks). */
  scales: Float32Array;
  /** (rows, blocks), a byte each. */
  zeros: Uint8Array;
}

/** Tensors of a checkpoint, read by name and never all at once. */
export interface TensorStore {
  has(name: string): boolean;
  names(): Iterable<string>;
  /** @throws EngineError checkpoint_corrupt when the tensor is not there. */
  shape(name: string): readonly number[];
  /** As the checkpoint stores it. */
  dtype(name: string): "F32" | "F16" | "BF16" | "F8_E4M3" | "I8" | "I4";
  /** The tensor's values as float32, row-major; `rows` reads only a range of its first dimension. The array is the caller's. */
  read(name: string, rows?: { from: number; to: number }): Promise<Float32Array<ArrayBuffer>>;
  /** The integers that a matrix is stored as, where they are such as can be multiplied as they stand. */
  blocks(name: string): QuantizedBlocks | undefined;
  /** Whether `readRows` can read it: not where it is stored as integers. */
  hasRows(name: string): boolean;
  /** The same, at once, for a few rows of a table. */
  readRows(name: string, rows: readonly number[]): Float32Array;
  [Symbol.dispose](): void;
}

/** A folder in the published layout, parsed and checked, with its shards open. */
export interface Checkpoint {
  folder: string;
  /** What people call it: the folder's name, or the one on the Hub. */
  name: string;
  config: ModelConfig;
  image: ImageProcessorConfig;
  video: VideoProcessorConfig;
  generation: GenerationDefaults;
  /** tokenizer.json and tokenizer_config.json, parsed. */
  tokenizer: { model: Record<string, unknown>; config: Record<string, unknown> };
  chatTemplate: string;
  tensors: TensorStore;
  [Symbol.dispose](): void;
}
