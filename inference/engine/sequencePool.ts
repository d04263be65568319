import type { Sequence } from "./sequence.ts";

interface Slot {
  sequence: Sequence;
  owner: string;
  busy: boolean;
}

/** Lends the slots of the KV cache, so that the next turn of a conversation finds what it shares with the last. */
export class SequencePool {
  /** The least recently used first. */
  readonly #slots: Slot[];

  constructor(sequences: readonly Sequence[]) {
    this.#slots = sequences.map((sequence) => ({ sequence, owner: "", busy: false }));
  }

  /**
   * The free sequence that serves a prompt best: the owner's one that shares at least half of what it holds, else an
   * empty one, else the one that was not used for the longest time, emptied if it was another owner's. Undefined while all
   * are lent.
   */
  lend(identities: readonly number[], owner: string): Sequence | undefined {
    const free = this.#slots.filter(({ busy }) => !busy);
    const slot = bestMatch(free, identities, owner) ?? lowestEmpty(free) ?? free[0];
    if (!slot) return undefined;
    if (slot.owner !== owner) slot.sequence.truncate(0);
    slot.owner = owner;
    slot.busy = true;
    this.#slots.splice(this.#slots.indexOf(slot), 1);
    this.#slots.push(slot);
    return slot.sequence;
  }

  giveBack(sequence: Sequence): void {
    const slot = this.#slots.find((candidate) => candidate.sequence === sequence);
    if (slot) slot.busy = false;
  }
}

function bestMatch(slots: readonly Slot[], identities: readonly number[], owner: string): Slot | undefined {
  let best: { slot: Slot; shared: number } | undefined;
  for (const slot of slots) {
    if (slot.owner !== owner || slot.sequence.length === 0) continue;
    const shared = slot.sequence.commonPrefix(identities);
    if (2 * shared >= slot.sequence.length && shared >= (best?.shared ?? 0)) best = { slot, shared };
  }
  return best?.slot;
}

/** Low slots first: a batch spans from the lowest to the highest that is in use. */
function lowestEmpty(slots: readonly Slot[]): Slot | undefined {
  return slots.filter(({ sequence }) => sequence.length === 0).sort((a, b) => a.sequence.slot - b.sequence.slot)[0];
}
