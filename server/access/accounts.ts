import { createHash, createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { newSession } from "../http/session.ts";
import { parseCredential, sameText, verify, type Credential } from "./passwords.ts";

/** Who may come in: `user:password` from the command line and the lines of a file, and keys for programs. */
export interface AccessConfig {
  users: readonly string[];
  file: string | undefined;
  apiKeys: readonly string[];
  /** One password for everybody, where there are no users: each login with it is a visitor of its own. */
  passphrase?: string | undefined;
}

/** A reason not to start, in one sentence. Never with a password in it. */
export class AccessFault extends Error {
  override readonly name = "AccessFault";
}

export interface Account {
  /** Shown on the page; undefined for the account of a key. */
  name: string | undefined;
  /** 32 hex characters: what belongs to it is kept under this. */
  owner: string;
  /** Changes with the password, so that old sessions end with it. */
  fingerprint: string;
}

interface User extends Account {
  credential: Credential;
}

interface Key extends Account {
  key: string;
}

/** What a login has to be given. */
export type Asked = "name" | "passphrase" | "key";

const guestName = "guest";
const maxNameLength = 64;
const minKeyLength = 8;

/** Everybody who may come in. With keys and no users, a key is also what the login page asks for. */
export class Accounts {
  readonly #users: ReadonlyMap<string, User>;
  readonly #keys: readonly Key[];
  /** Tried for a name that there is not, so that it takes as long. */
  readonly #decoy: Credential;
  readonly #passphrase: string | undefined;

  private constructor(users: ReadonlyMap<string, User>, keys: readonly Key[], passphrase: string | undefined) {
    this.#users = users;
    this.#keys = keys;
    this.#passphrase = users.size === 0 ? passphrase : undefined;
    const [first] = users.values();
    this.#decoy = first?.credential ?? { kind: "plain", password: "" };
  }

  /**
   * @param secret of this installation; owners are derived from it
   * @throws AccessFault
   */
  static async load({ users, file, apiKeys, passphrase }: AccessConfig, secret: Buffer): Promise<Accounts> {
    const lines = file === undefined ? [] : await readLines(file);
    const entries = [...users.map((entry) => ({ entry, source: "--auth" })), ...lines];
    const found = new Map<string, User>();
    for (const { entry, source } of entries) {
      const user = parseUser(entry, source, secret);
      if (found.has(user.name)) throw new AccessFault(`${source}: the user ${user.name} is there twice. Leave one out.`);
      found.set(user.name, user);
    }
    return new Accounts(found, apiKeys.map((key) => parseKey(key, secret)), passphrase);
  }

  /** Whether there is anybody at all; without, everybody may come in. */
  get exist(): boolean {
    return this.#users.size > 0 || this.#keys.length > 0 || this.#passphrase !== undefined;
  }

  get asked(): Asked {
    if (this.#users.size > 0) return "name";
    return this.#passphrase === undefined ? "key" : "passphrase";
  }

  /** @param visitor whose things a login by the passphrase opens: 32 hex characters that its browser alone knows */
  async logIn(name: string, password: string, visitor: string = newSession()): Promise<Account | undefined> {
    if (this.#passphrase !== undefined && sameText(this.#passphrase, password)) return this.guest(visitor) ?? this.guest(newSession());
    if (this.#users.size === 0) return this.byKey(password);
    const user = this.#users.get(name);
    const right = await verify(user?.credential ?? this.#decoy, password);
    return right ? user : undefined;
  }

  /** All keys are compared, however early one fits. */
  byKey(key: string): Account | undefined {
    const fits = this.#keys.map((known) => sameText(known.key, key));
    return this.#keys[fits.indexOf(true)];
  }

  /** Who came by the passphrase. An owner of somebody's name or key is nobody's to take. */
  guest(owner: string): Account | undefined {
    if (this.#passphrase === undefined || this.byOwner(owner) !== undefined) return undefined;
    return { name: guestName, owner, fingerprint: fingerprintOf(this.#passphrase) };
  }

  byOwner(owner: string): Account | undefined {
    return [...this.#users.values(), ...this.#keys].find((account) => account.owner === owner);
  }
}

async function readLines(file: string): Promise<{ entry: string; source: string }[]> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new AccessFault(`--auth-file: ${file} cannot be read. Check its path and its permissions.`, { cause });
  });
  const lines = text.split(/\r?\n/).map((entry, index) => ({ entry, source: `${file}, line ${index + 1}` }));
  const entries = lines.filter(({ entry }) => entry.trim() !== "" && !entry.startsWith("#"));
  if (entries.length === 0) throw new AccessFault(`--auth-file: ${file} names no user. Write one user:password a line.`);
  return entries;
}

function parseUser(entry: string, source: string, secret: Buffer): User & { name: string } {
  const [, name = "", password = ""] = /^([^:]*):(.*)$/s.exec(entry) ?? [];
  const credential = parseCredential(password);
  if (name === "" || name.length > maxNameLength || /\p{Cc}/u.test(name)) throw new AccessFault(`${source}: write user:password, with a name of up to ${maxNameLength} characters.`);
  if (credential === undefined) throw new AccessFault(`${source}: the user ${name} has no password, or a broken hash. Write user:password, or a line made by “npm run -s password”.`);
  return { name, credential, owner: ownerOf(secret, "user", name), fingerprint: fingerprintOf(password) };
}

function parseKey(key: string, secret: Buffer): Key {
  if (key.length < minKeyLength || !/^[\x21-\x7e]+$/.test(key)) throw new AccessFault(`--api-key: a key has at least ${minKeyLength} characters without spaces.`);
  return { name: undefined, key, owner: ownerOf(secret, "key", key), fingerprint: fingerprintOf(key) };
}

function ownerOf(secret: Buffer, kind: "user" | "key", text: string): string {
  return createHmac("sha256", secret).update(`${kind}:${text}`).digest("hex").slice(0, 32);
}

function fingerprintOf(password: string): string {
  return createHash("sha256").update(password).digest("hex");
}
