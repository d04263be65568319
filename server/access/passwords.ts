import { createHmac, randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from "node:crypto";

/** A password as it is kept: as somebody wrote it, or so that it cannot be read back. */
export type Credential = { kind: "plain"; password: string } | { kind: "scrypt"; cost: number; salt: Buffer; hash: Buffer };

/** Of scrypt (RFC 7914): 16 MiB and a few dozen milliseconds a try. */
const cost = 16_384;
const blockSize = 8;
const hashBytes = 32;
const minCost = 1024;
const maxCost = 2 ** 20;

/** Random per process: comparing keyed digests takes the same time wherever two texts differ. */
const comparisonKey = randomBytes(32);

/** Whether two texts are equal, in a time that does not tell where they differ. */
export function sameText(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHmac("sha256", comparisonKey).update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** `scrypt:cost:salt:hash`, to be kept in the place of a password. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, cost);
  return ["scrypt", cost, salt.toString("base64url"), hash.toString("base64url")].join(":");
}

/** What stands behind a user's name: a hash by `hashPassword`, or else the password itself. Undefined for a broken hash. */
export function parseCredential(text: string): Credential | undefined {
  if (!text.startsWith("scrypt:")) return text === "" ? undefined : { kind: "plain", password: text };
  const [, digits, salt = "", hash = ""] = /^scrypt:(\d{1,7}):([\w-]{16,64}):([\w-]{43})$/.exec(text) ?? [];
  const n = Number(digits);
  if (!(n >= minCost && n <= maxCost && Number.isInteger(Math.log2(n)))) return undefined;
  return { kind: "scrypt", cost: n, salt: Buffer.from(salt, "base64url"), hash: Buffer.from(hash, "base64url") };
}

/** Whether this is the password, in a time that does not tell how much of it is right. */
export async function verify(credential: Credential, password: string): Promise<boolean> {
  switch (credential.kind) {
    case "plain":
      return sameText(credential.password, password);
    case "scrypt":
      return timingSafeEqual(credential.hash, await derive(password, credential.salt, credential.cost));
  }
}

function derive(password: string, salt: Buffer, n: number): Promise<Buffer> {
  const options: ScryptOptions = { N: n, r: blockSize, p: 1, maxmem: 256 * n * blockSize };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFC"), salt, hashBytes, options, (fault, key) => (fault === null ? resolve(key) : reject(fault)));
  });
}
