import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { timeOfDay } from "../clock.ts";
import { HttpFault } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Peers } from "../http/peers.ts";
import { cookieHeader, newSession, readCookie, readSession, sessionCookie } from "../http/session.ts";
import { Accounts, type AccessConfig, type Account, type Asked } from "./accounts.ts";
import { Attempts } from "./attempts.ts";
import { EndedLogins } from "./endedLogins.ts";
import { Logins } from "./logins.ts";
import { installationSecret } from "./secret.ts";

/** Who asks. */
export interface Caller {
  /** 32 hex characters: whose uploads, runs and shares these are. */
  owner: string;
  /** Undefined where nobody has to log in. */
  account: Account | undefined;
  /** A Set-Cookie header's value for who comes for the first time. */
  cookie: string | undefined;
  /** Whether a key came with the request, which no foreign page can make a browser send. */
  byKey: boolean;
}

export interface AccessOptions {
  config: AccessConfig;
  dataFolder: string;
  peers: Peers;
  log: Log;
}

interface Parts extends Pick<AccessOptions, "peers" | "log"> {
  accounts: Accounts;
  logins: Logins;
  ended: EndedLogins;
}

const loginCookie = "qwen3vl_login";
/** Read by the page, which keeps what belongs to one account in this browser apart from another's; it opens nothing. */
const accountCookie = "qwen3vl_account";
const day = 24 * 3600;
const loginSeconds = 30 * day;
const attemptsPerMinute = 5;
/** A program that has a wrong key asks again and again; one that guesses keys gets nowhere at this pace. */
const keyAttemptsPerMinute = 60;

/** Who may come in, and who it is: a login by its signed cookie, a program by its key, and without either, where nobody has to log in, a browser by its session. */
export class Access {
  readonly #accounts: Accounts;
  readonly #logins: Logins;
  readonly #ended: EndedLogins;
  readonly #peers: Peers;
  readonly #log: Log;
  readonly #attempts = new Attempts(attemptsPerMinute);
  readonly #keyAttempts = new Attempts(keyAttemptsPerMinute);
  #loggedOut: () => void = () => undefined;

  private constructor({ accounts, logins, ended, peers, log }: Parts) {
    this.#accounts = accounts;
    this.#logins = logins;
    this.#ended = ended;
    this.#peers = peers;
    this.#log = log;
  }

  /** @throws AccessFault */
  static async open({ config, dataFolder, peers, log }: AccessOptions): Promise<Access> {
    const secret = await installationSecret(dataFolder);
    const accounts = await Accounts.load(config, secret);
    const logins = new Logins(accounts, secret, { lifetime: loginSeconds * 1000 });
    return new Access({ accounts, logins, ended: await EndedLogins.open(join(dataFolder, "logouts"), timeOfDay()), peers, log });
  }

  /** Whether there is anything to log in to. */
  get isClosed(): boolean {
    return this.#accounts.exist;
  }

  /** What people log in with. */
  get asked(): Asked {
    return this.#accounts.asked;
  }

  /**
   * @returns undefined for who has to log in first
   * @throws HttpFault rate_limited after too many wrong keys
   */
  identify(request: IncomingMessage): Caller | undefined {
    if (!this.isClosed) {
      const known = readSession(request);
      const owner = known ?? newSession();
      return { owner, account: undefined, cookie: known === undefined ? sessionCookie(owner, this.#peers.isSecure(request)) : undefined, byKey: false };
    }
    const key = bearerOf(request);
    const account = key === undefined ? this.#byLogin(request) : this.#byKey(request, key);
    return account && { owner: account.owner, account, cookie: undefined, byKey: key !== undefined };
  }

  /** Whether who was let in by a request may still be. */
  admits(request: IncomingMessage): boolean {
    return !this.isClosed || bearerOf(request) !== undefined || this.#byLogin(request) !== undefined;
  }

  #byLogin(request: IncomingMessage): Account | undefined {
    const login = readCookie(request, loginCookie) ?? "";
    return this.#ended.has(login) ? undefined : this.#logins.read(login);
  }

  #byKey(request: IncomingMessage, key: string): Account | undefined {
    const attempt = this.#keyAttempts.begin(this.#peers.address(request));
    if (typeof attempt === "number") throw new HttpFault("rate_limited", { retryAfter: attempt });
    const account = this.#accounts.byKey(key);
    if (account !== undefined) attempt();
    return account;
  }

  /**
   * @returns Set-Cookie headers' values; undefined for a wrong password; or, in seconds, how long to wait after too many of these
   */
  async logIn(request: IncomingMessage, name: string, password: string): Promise<string[] | number | undefined> {
    const attempt = this.#attempts.begin(this.#peers.address(request));
    if (typeof attempt === "number") return attempt;
    // A guest's things stay theirs over a new password: their browser knows whose they are, and nobody else does.
    const visitor = this.#logins.ownerOf(readCookie(request, loginCookie) ?? "") ?? readSession(request) ?? newSession();
    const account = await this.#accounts.logIn(name, password, visitor);
    if (account === undefined) return undefined;
    attempt();
    return this.#cookies(request, { login: this.#logins.issue(account), account: account.owner.slice(0, 8), seconds: loginSeconds });
  }

  /** Ends the login wherever its cookie went. @returns the Set-Cookie headers' values that remove it here */
  async logOut(request: IncomingMessage): Promise<string[]> {
    const login = readCookie(request, loginCookie) ?? "";
    const kept = this.#logins.read(login) && this.#ended.add(login);
    this.#loggedOut();
    await kept?.catch((fault: unknown) => this.#log.fault("logout", fault)); // it is ended, but only until the next start
    return this.#cookies(request, { login: "", account: "", seconds: 0 });
  }

  /** Forgets the logouts of logins that would be over by now. */
  sweep(): Promise<void> {
    return this.#ended.sweep(timeOfDay());
  }

  /** `listener` is called when somebody logged out. */
  onLogOut(listener: () => void): void {
    this.#loggedOut = listener;
  }

  #cookies(request: IncomingMessage, { login, account, seconds }: { login: string; account: string; seconds: number }): string[] {
    const secure = this.#peers.isSecure(request);
    return [
      cookieHeader({ name: loginCookie, value: login, seconds, secure }),
      cookieHeader({ name: accountCookie, value: account, seconds, secure, readable: true }),
    ];
  }
}

function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^bearer +(\S+) *$/i.exec(headers.authorization ?? "")?.[1];
}
