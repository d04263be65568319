import type { TextConfig } from "../checkpoint/types.ts";
import { cacheNames } from "../model/decoderGraph.ts";
import type { Binding, DeviceMemory, DeviceTensor, Session } from "../runtime/index.ts";
import type { KvCache, KvCacheSize, Span } from "./kvCache.ts";
import { Sequence } from "./sequence.ts";

const smallestCapacity = 256;

/**
 * Keys and values in the memory of a GPU, which is all taken when it is asked for and of which no part is a tensor: they
 * grow with the longest sequence. A run over one slot has that slot's row on a bench, tensors of one row; a run over several
 * is over all slots. A row is copied when another one takes the bench or when its slot joins the batch, not for every run.
 */
export class DeviceKvCache implements KvCache {
  readonly sequences: readonly Sequence[];
  readonly #memory: DeviceMemory;
  readonly #config: TextConfig;
  readonly #size: KvCacheSize;
  readonly #bench: Rows;
  /** Of all slots; none where the bench has the only one. */
  readonly #all: Rows | undefined;
  #capacity = 0;
  /** The slot whose newest values lie on the bench. */
  #benched: number | undefined;

  constructor(session: Session, { config, size }: { config: TextConfig; size: KvCacheSize }) {
    this.sequences = Array.from({ length: size.slots }, (_, slot) => new Sequence(slot, size.capacity));
    this.#memory = session.memory;
    this.#config = config;
    this.#size = size;
    this.#bench = new Rows(session, config);
    this.#all = size.slots > 1 ? new Rows(session, config) : undefined;
  }

  span(slots: readonly number[]): Span {
    const [only = 0] = slots;
    return slots.length === 1 ? { first: only, count: 1 } : { first: 0, count: this.#size.slots };
  }

  async batch(slots: readonly number[], places: number): Promise<Binding> {
    // A slot that only runs along has a place written, too, behind the end of its sequence.
    const longest = Math.max(...this.sequences.map(({ length }) => length)) + 1;
    await this.#reserve(Math.max(places, Math.min(longest, this.#size.capacity)));
    const [only] = slots;
    if (!this.#all || (only !== undefined && slots.length === 1)) {
      await this.#putOnBench(only ?? 0);
      return this.#bench.binding;
    }
    if (this.#benched !== undefined && slots.includes(this.#benched)) await this.#clearBench();
    return this.#all.binding;
  }

  [Symbol.dispose](): void {
    this.#bench[Symbol.dispose]();
    this.#all?.[Symbol.dispose]();
  }

  /** Makes room for `places` in each row, at least doubling what there is. */
  async #reserve(places: number): Promise<void> {
    if (places <= this.#capacity) return;
    const capacity = Math.max(places, Math.min(Math.max(2 * this.#capacity, smallestCapacity), this.#size.capacity));
    const { kvHeads, headDim } = this.#config;
    await this.#bench.enlarge(this.#memory, [1, kvHeads, capacity, headDim]);
    await this.#all?.enlarge(this.#memory, [this.#size.slots, kvHeads, capacity, headDim]);
    this.#capacity = capacity;
  }

  async #putOnBench(slot: number): Promise<void> {
    if (this.#benched === slot || !this.#all) return;
    await this.#clearBench();
    if ((this.sequences[slot]?.length ?? 0) > 0) {
      for (const [row, all] of this.#pairs(this.#all)) await this.#memory.copyFromRow(all, slot, row);
    }
    this.#benched = slot;
  }

  async #clearBench(): Promise<void> {
    const slot = this.#benched;
    if (slot !== undefined && this.#all) {
      for (const [row, all] of this.#pairs(this.#all)) await this.#memory.copyToRow(row, slot, all);
    }
    this.#benched = undefined;
  }

  #pairs(all: Rows): [row: DeviceTensor<"float32">, all: DeviceTensor<"float32">][] {
    return this.#bench.tensors.flatMap((row, index) => {
      const other = all.tensors[index];
      return other ? [[row, other]] : [];
    });
  }
}

/** Keys and values of each layer, bound to the decoder as past and present at once. */
class Rows implements Disposable {
  readonly binding: Binding;
  readonly tensors: DeviceTensor<"float32">[] = [];
  readonly #names: readonly { input: string; output: string }[];

  constructor(session: Session, { layers }: TextConfig) {
    this.binding = session.createBinding();
    this.#names = Array.from({ length: layers }, (_, layer) => cacheNames(layer)).flat();
  }

  async enlarge(memory: DeviceMemory, dims: readonly number[]): Promise<void> {
    for (const [index, { input, output }] of this.#names.entries()) {
      const old = this.tensors[index];
      const tensor = await (old ? memory.enlarge(old, dims) : memory.createTensor("float32", dims));
      this.tensors[index] = tensor;
      this.binding.bindInput(input, tensor);
      this.binding.bindOutput(output, tensor);
    }
  }

  [Symbol.dispose](): void {
    this.binding[Symbol.dispose]();
    for (const tensor of this.tensors.splice(0)) tensor[Symbol.dispose]();
  }
}
