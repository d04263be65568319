import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { timeOfDay } from "../clock.ts";
import type { Account, Accounts } from "./accounts.ts";

/**
 * Logins as signed texts for a cookie: `owner.expiry.nonce.signature`. The signature covers the account's fingerprint, so that
 * a new password ends the logins with the old one.
 */
export class Logins {
  readonly #accounts: Accounts;
  readonly #secret: Buffer;
  readonly #lifetime: number;
  readonly #now: () => number;

  /** @param options the lifetime in milliseconds; the clock is `timeOfDay` */
  constructor(accounts: Accounts, secret: Buffer, { lifetime, now = timeOfDay }: { lifetime: number; now?: () => number }) {
    this.#accounts = accounts;
    this.#secret = secret;
    this.#lifetime = lifetime;
    this.#now = now;
  }

  issue(account: Account): string {
    const payload = [account.owner, Math.floor(this.#now()) + this.#lifetime, randomBytes(16).toString("hex")].join(".");
    return `${payload}.${this.#sign(payload, account)}`;
  }

  /** The account of a login that is ours and not over. */
  read(text: string): Account | undefined {
    const [, payload = "", owner = "", expiry = "", signature = ""] = /^(([0-9a-f]{32})\.(\d{1,16})\.[0-9a-f]{32})\.([\w-]{43})$/.exec(text) ?? [];
    const account = owner === "" ? undefined : (this.#accounts.byOwner(owner) ?? this.#accounts.guest(owner));
    if (account === undefined) return undefined;
    if (!timingSafeEqual(Buffer.from(signature), Buffer.from(this.#sign(payload, account)))) return undefined;
    return Number(expiry) > this.#now() ? account : undefined;
  }

  /** Whom a login was for, ours or not, over or not. */
  ownerOf(text: string): string | undefined {
    return /^([0-9a-f]{32})\./.exec(text)?.[1];
  }

  #sign(payload: string, { fingerprint }: Account): string {
    return createHmac("sha256", this.#secret).update(`login\n${payload}\n${fingerprint}`).digest("base64url");
  }
}
