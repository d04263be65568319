import { randomBytes } from "node:crypto";
import { chmod, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isMissing } from "../media/fileErrors.ts";
import { AccessFault } from "./accounts.ts";

const bytes = 32;

/**
 * What signs cookies and derives owners: random, made at the first start and kept in the data folder for its owner alone.
 *
 * @throws AccessFault for a file that holds something else
 */
export async function installationSecret(dataFolder: string): Promise<Buffer> {
  const path = join(dataFolder, "secret");
  await mkdir(dataFolder, { recursive: true });
  const text = await readFile(path, "utf8").catch((fault: unknown) => {
    if (!isMissing(fault)) throw fault;
    return create(path);
  });
  await chmod(path, 0o600);
  if (!new RegExp(`^[0-9a-f]{${bytes * 2}}\n$`).test(text)) throw new AccessFault(`${path} is damaged. Remove it: a new one is made, and everybody logs in again.`);
  return Buffer.from(text.trim(), "hex");
}

/** Two servers that start at once on one folder end up with the same secret. */
async function create(path: string): Promise<string> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${randomBytes(bytes).toString("hex")}\n`, { mode: 0o600 });
  try {
    await link(draft, path).catch((fault: unknown) => {
      if (!(fault instanceof Error && "code" in fault && fault.code === "EEXIST")) throw fault;
    });
    return await readFile(path, "utf8");
  } finally {
    await rm(draft, { force: true });
  }
}
