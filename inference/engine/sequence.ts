/**
 * What one slot of the KV cache holds at each place. It can be cut back to a prefix that the next turn of a conversation
 * shares; the cache's memory stays as it is.
 */
export class Sequence {
  readonly slot: number;
  /** Places in the slot. */
  readonly capacity: number;
  /** One number a place: a token's id, or for a visual token one that stands for its medium's content. */
  readonly #identities: number[] = [];

  constructor(slot: number, capacity: number) {
    this.slot = slot;
    this.capacity = capacity;
  }

  get length(): number {
    return this.#identities.length;
  }

  /** How many places from the start hold what `identities` names. */
  commonPrefix(identities: readonly number[]): number {
    const end = Math.min(identities.length, this.#identities.length);
    let length = 0;
    while (length < end && identities[length] === this.#identities[length]) length++;
    return length;
  }

  /** Forgets everything from a place on. */
  truncate(length: number): void {
    this.#identities.length = Math.min(length, this.#identities.length);
  }

  /** Says what the decoder has just written after the present end. */
  append(identities: readonly number[]): void {
    for (const identity of identities) this.#identities.push(identity);
  }
}
