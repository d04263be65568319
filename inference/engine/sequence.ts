import type { TextConfig } from "../checkpoint/types.ts";
import { cacheNames } from "../model/decoderGraph.ts";
import type { Binding, Runtime, Session, Tensor } from "../runtime/index.ts";

const smallestCapacity = 256;

/**
 * The KV cache of one token sequence, bound to the decoder as past and present at once, and what it holds at each place.
 * It grows as needed and can be cut back to a prefix that another conversation turn shares.
 */
export class Sequence implements Disposable {
  readonly binding: Binding;
  readonly #runtime: Runtime;
  readonly #config: TextConfig;
  #tensors: Tensor<"float32">[] = [];
  #capacity = 0;
  /** One number a place: a token's id, or for a visual token one that stands for its medium's content. */
  readonly #identities: number[] = [];

  constructor(runtime: Runtime, session: Session, config: TextConfig) {
    this.#runtime = runtime;
    this.#config = config;
    this.binding = session.createBinding();
    this.reserve(smallestCapacity);
  }

  get length(): number {
    return this.#identities.length;
  }

  /** Bytes of the KV cache. */
  get bytes(): number {
    return this.#tensors.reduce((sum, tensor) => sum + tensor.data.byteLength, 0);
  }

  /** How many places from the start hold what `identities` names. */
  commonPrefix(identities: readonly number[]): number {
    const end = Math.min(identities.length, this.#identities.length);
    let length = 0;
    while (length < end && identities[length] === this.#identities[length]) length++;
    return length;
  }

  /** Forgets everything from a place on. The memory stays. */
  truncate(length: number): void {
    this.#identities.length = Math.min(length, this.#identities.length);
  }

  /** Says what the decoder has just written after the present end. */
  append(identities: readonly number[]): void {
    for (const identity of identities) this.#identities.push(identity);
  }

  /** Makes room for `length` places in all, at least doubling what there is, but never beyond what a model can use. */
  reserve(length: number): void {
    if (length <= this.#capacity) return;
    const capacity = Math.max(length, Math.min(2 * this.#capacity, this.#config.maxPositions), smallestCapacity);
    const { layers, kvHeads, headDim } = this.#config;
    const grown: Tensor<"float32">[] = [];
    for (let layer = 0; layer < layers; layer++) {
      for (const names of cacheNames(layer)) {
        const tensor = this.#runtime.createTensor("float32", [1, kvHeads, capacity, headDim]);
        const old = this.#tensors[grown.length];
        if (old) this.#copyHeads(old.data, tensor.data, capacity);
        this.binding.bindInput(names.input, tensor);
        this.binding.bindOutput(names.output, tensor);
        old?.[Symbol.dispose]();
        grown.push(tensor);
      }
    }
    this.#tensors = grown;
    this.#capacity = capacity;
  }

  [Symbol.dispose](): void {
    this.binding[Symbol.dispose]();
    for (const tensor of this.#tensors) tensor[Symbol.dispose]();
    this.#tensors = [];
  }

  #copyHeads(from: Float32Array, to: Float32Array, capacity: number): void {
    const { kvHeads, headDim } = this.#config;
    const used = this.length * headDim;
    for (let head = 0; head < kvHeads; head++) {
      const start = head * this.#capacity * headDim;
      to.set(from.subarray(start, start + used), head * capacity * headDim);
    }
  }
}
