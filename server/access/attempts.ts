import { isIPv6 } from "node:net";

const window = 60_000;
const maxAddresses = 10_000;

/** Wrong passwords by address: a few a minute, then none for a while. Time is monotonic, so that a changed clock opens nothing. */
export class Attempts {
  readonly #limit: number;
  readonly #now: () => number;
  readonly #byAddress = new Map<string, number[]>();

  constructor(limit: number, now: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#now = now;
  }

  /**
   * Counts a try before its password is looked at, so that many at once are not more than one after the other.
   *
   * @returns a function that takes it back, because the password was right; or, in seconds, how long to wait.
   */
  begin(address: string): (() => void) | number {
    const key = networkOf(address);
    const now = this.#now();
    const recent = (this.#byAddress.get(key) ?? []).filter((time) => now - time < window);
    const [oldest] = recent;
    if (recent.length >= this.#limit && oldest !== undefined) return Math.ceil((oldest + window - now) / 1000);
    // Put last: the address that was heard of longest ago is forgotten first.
    this.#byAddress.delete(key);
    this.#byAddress.set(key, [...recent, now]);
    const [stalest] = this.#byAddress.keys();
    if (this.#byAddress.size > maxAddresses && stalest !== undefined) this.#byAddress.delete(stalest);
    return () => {
      const counted = this.#byAddress.get(key) ?? [];
      const place = counted.indexOf(now);
      this.#byAddress.set(key, counted.filter((_, index) => index !== place));
    };
  }
}

/** One household has a whole /64 of IPv6 addresses to try from. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes(".")) return address;
  const [head = "", tail] = address.split("%", 1)[0]?.split("::") ?? [];
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups = tail === undefined ? before : [...before, ...Array.from({ length: 8 - before.length - after.length }, () => "0"), ...after];
  return groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(":");
}
