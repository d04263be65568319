import type { Sequence } from "./sequence.ts";

interface Slot {
  sequence: Sequence;
  owner: string;
}

/** The KV caches that are kept between requests, so that the next turn of a conversation finds what it shares with the last. */
export class SequencePool implements Disposable {
  readonly #create: () => Sequence;
  readonly #capacity: number;
  /** The least recently used first. */
  readonly #slots: Slot[] = [];

  constructor(create: () => Sequence, capacity: number) {
    this.#create = create;
    this.#capacity = capacity;
  }

  /**
   * The sequence that serves a prompt best: the owner's one that shares at least half of what it holds, else a new one,
   * else the one that was not used for the longest time, emptied if it was another owner's.
   */
  choose(identities: readonly number[], owner: string): Sequence {
    const slot = this.#bestMatch(identities, owner) ?? this.#unused(owner);
    if (slot.owner !== owner) slot.sequence.truncate(0);
    slot.owner = owner;
    const place = this.#slots.indexOf(slot);
    if (place >= 0) this.#slots.splice(place, 1);
    this.#slots.push(slot);
    return slot.sequence;
  }

  [Symbol.dispose](): void {
    for (const { sequence } of this.#slots.splice(0)) sequence[Symbol.dispose]();
  }

  #bestMatch(identities: readonly number[], owner: string): Slot | undefined {
    let best: { slot: Slot; shared: number } | undefined;
    for (const slot of this.#slots) {
      if (slot.owner !== owner) continue;
      const shared = slot.sequence.commonPrefix(identities);
      if (2 * shared >= slot.sequence.length && shared >= (best?.shared ?? 0)) best = { slot, shared };
    }
    return best?.slot;
  }

  #unused(owner: string): Slot {
    const oldest = this.#slots[0];
    if (oldest && this.#slots.length >= this.#capacity) return oldest;
    return { sequence: this.#create(), owner };
  }
}
