import type { TextConfig } from "../checkpoint/types.ts";
import { cacheNames } from "../model/decoderGraph.ts";
import type { Binding, DeviceMemory, DeviceTensor, Session } from "../runtime/index.ts";
import type { KvCache, KvCacheSize } from "./kvCache.ts";
import { Sequence } from "./sequence.ts";

const smallestCapacity = 256;

/**
 * Keys and values in the memory of a GPU, which is all taken when it is asked for: every slot has tensors of its own that
 * grow with what it holds, and a run is over one slot.
 */
export class GrowingKvCache implements KvCache {
  readonly sequences: readonly Sequence[];
  readonly batches = false;
  readonly #slots: readonly Slot[];

  constructor(session: Session, { config, size }: { config: TextConfig; size: KvCacheSize }) {
    this.sequences = Array.from({ length: size.slots }, (_, slot) => new Sequence(slot, size.capacity));
    this.#slots = this.sequences.map(() => new Slot(session, config, size.capacity));
  }

  async batch(slots: { first: number; count: number }, places: number): Promise<Binding> {
    const slot = this.#slots[slots.first];
    if (!slot || slots.count !== 1) throw new RangeError("a run over one slot at a time");
    await slot.reserve(places);
    return slot.binding;
  }

  [Symbol.dispose](): void {
    for (const slot of this.#slots) slot[Symbol.dispose]();
  }
}

class Slot implements Disposable {
  readonly binding: Binding;
  readonly #memory: DeviceMemory;
  readonly #config: TextConfig;
  readonly #limit: number;
  #tensors: DeviceTensor<"float32">[] = [];
  #capacity = 0;

  constructor(session: Session, config: TextConfig, limit: number) {
    this.binding = session.createBinding();
    this.#memory = session.memory;
    this.#config = config;
    this.#limit = limit;
  }

  /** Makes room for `places` in all, at least doubling what there is. */
  async reserve(places: number): Promise<void> {
    if (places <= this.#capacity) return;
    const capacity = Math.max(places, Math.min(Math.max(2 * this.#capacity, smallestCapacity), this.#limit));
    const { layers, kvHeads, headDim } = this.#config;
    const dims = [1, kvHeads, capacity, headDim];
    const names = Array.from({ length: layers }, (_, layer) => cacheNames(layer)).flat();
    for (const [index, { input, output }] of names.entries()) {
      const old = this.#tensors[index];
      const tensor = await (old ? this.#memory.enlarge(old, dims) : this.#memory.createTensor("float32", dims));
      this.#tensors[index] = tensor;
      this.binding.bindInput(input, tensor);
      this.binding.bindOutput(output, tensor);
    }
    this.#capacity = capacity;
  }

  [Symbol.dispose](): void {
    this.binding[Symbol.dispose]();
    for (const tensor of this.#tensors.splice(0)) tensor[Symbol.dispose]();
  }
}
