import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** When more are ended, those go first that would have been over soonest. */
const mostEnded = 10_000;
const namePattern = /^\d{1,16}\.[0-9a-f]{32}$/;

/**
 * Logins that were ended before their time, until it would have been over: each an empty file `<expiry>.<nonce>`, so that neither
 * a restart nor another server on the same data folder lets them in again.
 */
export class EndedLogins {
  readonly #folder: string;
  readonly #most: number;
  readonly #names = new Set<string>();

  private constructor(folder: string, most: number) {
    this.#folder = folder;
    this.#most = most;
  }

  /** @param now epoch, ms */
  static async open(folder: string, now: number, most = mostEnded): Promise<EndedLogins> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const ended = new EndedLogins(folder, most);
    await ended.sweep(now);
    return ended;
  }

  has(login: string): boolean {
    return this.#names.has(nameOf(login));
  }

  /** It counts as ended at once, whatever becomes of the file. @throws what the disk has against it */
  async add(login: string): Promise<void> {
    const name = nameOf(login);
    this.#names.add(name);
    await writeFile(join(this.#folder, name), "", { mode: 0o600 });
    if (this.#names.size > this.#most) await this.#forget(this.#soonest());
  }

  /** Forgets those that are over, and learns of those that another server ended. */
  async sweep(now: number): Promise<void> {
    for (const name of await readdir(this.#folder)) if (namePattern.test(name)) this.#names.add(name);
    for (const name of [...this.#names]) if (expiryOf(name) <= now) await this.#forget(name);
  }

  async #forget(name: string): Promise<void> {
    this.#names.delete(name);
    await rm(join(this.#folder, name), { force: true });
  }

  #soonest(): string {
    return [...this.#names].reduce((soonest, name) => (expiryOf(name) < expiryOf(soonest) ? name : soonest));
  }
}

/** A login is `owner.expiry.nonce.signature`, in the form that `Logins` has read. */
function nameOf(login: string): string {
  return login.split(".").slice(1, 3).join(".");
}

function expiryOf(name: string): number {
  return Number(name.split(".", 1)[0]);
}
