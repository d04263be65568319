import type { TextConfig } from "../checkpoint/types.ts";
import { cacheNames } from "../model/decoderGraph.ts";
import type { Binding, Runtime, Session, Tensor } from "../runtime/index.ts";
import { Sequence } from "./sequence.ts";

export interface KvCacheSize {
  slots: number;
  /** Tokens of one slot. */
  capacity: number;
}

const bytesPerValue = 4;

/** Bytes that a token takes in the KV cache. */
export function kvCacheBytesPerToken({ layers, kvHeads, headDim }: TextConfig): number {
  return layers * 2 * kvHeads * headDim * bytesPerValue;
}

/** The keys and values of a number of sequences, one a slot. */
export interface KvCache extends Disposable {
  readonly sequences: readonly Sequence[];
  /** The neighboring slots that run when some do: they are the rows of the batch. */
  span(slots: readonly number[]): Span;
  /** The decoder's binding for that span, with room for `places` in each of the slots; the cache owns it. */
  batch(slots: readonly number[], places: number): Binding | Promise<Binding>;
}

export interface Span {
  first: number;
  count: number;
}

/**
 * Keys and values of all slots in host memory: for every layer one slab (slots, kvHeads, capacity, headDim), which the operating system
 * backs with memory only as it is written to. Neighboring slots are a batch without any copy: a view of the slab, bound
 * to the decoder as past and present at once.
 */
export class SlabKvCache implements KvCache {
  readonly sequences: readonly Sequence[];
  readonly #runtime: Runtime;
  readonly #session: Session;
  readonly #config: TextConfig;
  readonly #size: KvCacheSize;
  readonly #slabs: readonly Tensor<"float32">[];
  readonly #batches = new Map<string, { binding: Binding; views: readonly Tensor[] }>();

  constructor(runtime: Runtime, session: Session, { config, size }: { config: TextConfig; size: KvCacheSize }) {
    this.#runtime = runtime;
    this.#session = session;
    this.#config = config;
    this.#size = size;
    this.sequences = Array.from({ length: size.slots }, (_, slot) => new Sequence(slot, size.capacity));
    this.#slabs = Array.from({ length: 2 * config.layers }, () => runtime.createTensor("float32", [size.slots, config.kvHeads, size.capacity, config.headDim]));
  }

  span(slots: readonly number[]): Span {
    const first = Math.min(...slots);
    return { first, count: Math.max(...slots) - first + 1 };
  }

  batch(slots: readonly number[]): Binding {
    const { first, count } = this.span(slots);
    const key = `${first} ${count}`;
    const known = this.#batches.get(key);
    if (known) return known.binding;
    const { layers, kvHeads, headDim } = this.#config;
    const slotValues = kvHeads * this.#size.capacity * headDim;
    const binding = this.#session.createBinding();
    const views = this.#slabs.map((slab) => this.#runtime.createView(slab, [count, kvHeads, this.#size.capacity, headDim], first * slotValues));
    Array.from({ length: layers }, (_, layer) => cacheNames(layer))
      .flat()
      .forEach((names, index) => {
        const view = views[index];
        if (!view) throw new RangeError("a layer without a cache");
        binding.bindInput(names.input, view);
        binding.bindOutput(names.output, view);
      });
    this.#batches.set(key, { binding, views });
    return binding;
  }

  [Symbol.dispose](): void {
    for (const { binding, views } of this.#batches.values()) {
      binding[Symbol.dispose]();
      for (const view of views) view[Symbol.dispose]();
    }
    this.#batches.clear();
    for (const slab of this.#slabs) slab[Symbol.dispose]();
  }
}
