import { randomUUID } from "node:crypto";
import { type FileHandle, open, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { z } from "zod";

/**
 * A lock file that names its owner and that the owner rewrites every second. It outlives no owner: one whose process is
 * gone, or that rests for long, is taken over. It spares work done twice and is no more than that: whoever writes under it
 * must also bear a second writer, because an owner that was only stopped for a while does not notice the loss.
 */

const beatMilliseconds = 1000;
/** A lock of another machine, or of a process that hangs, is dead after it did not change for this long. */
const restMilliseconds = 20_000;

const contentSchema = z.object({ owner: z.string(), pid: z.number().int(), host: z.string(), beat: z.number(), fraction: z.number() });
type Content = z.infer<typeof contentSchema>;

export interface Lock extends AsyncDisposable {
  /** What those who wait are told. */
  setFraction(fraction: number): void;
}

export interface LockOptions {
  /** Called while another owner works, with what it says of its progress. */
  onWait?: (fraction: number) => void;
  rest?: number;
}

/** The lock, as soon as nobody else holds it. */
export async function takeLock(path: string, { onWait, rest = restMilliseconds }: LockOptions = {}): Promise<Lock> {
  let seen = "";
  let since = performance.now();
  for (;;) {
    const lock = await tryLock(path);
    if (lock) return lock;
    const text = await readText(path);
    if (text === undefined) continue;
    if (text !== seen) {
      seen = text;
      since = performance.now();
    }
    const content = parse(text);
    if (isGone(content) || performance.now() - since > rest) {
      await rm(path, { force: true });
      continue;
    }
    if (content) onWait?.(content.fraction);
    await new Promise((resolve) => setTimeout(resolve, Math.min(beatMilliseconds / 2, rest)));
  }
}

/** Whether somebody may be working under a lock. */
export async function isHeld(path: string): Promise<boolean> {
  const text = await readText(path);
  return text !== undefined && !isGone(parse(text));
}

async function tryLock(path: string): Promise<Lock | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, "wx");
  } catch (fault) {
    if (fault instanceof Error && "code" in fault && fault.code === "EEXIST") return undefined;
    throw fault;
  }
  const content: Content = { owner: randomUUID(), pid: process.pid, host: hostname(), beat: 0, fraction: 0 };
  const write = async () => {
    content.beat += 1;
    const text = Buffer.from(JSON.stringify(content).padEnd(200));
    await file.write(text, 0, text.length, 0);
  };
  try {
    await write();
  } catch (fault) {
    await file.close();
    await rm(path, { force: true });
    throw fault;
  }
  let writing = Promise.resolve();
  const timer = setInterval(() => {
    writing = writing.then(write).catch(() => undefined); // a missed beat is no harm
  }, beatMilliseconds);
  return {
    setFraction: (fraction) => void (content.fraction = fraction),
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await writing;
      await file.close();
      // It may have been taken over.
      if (parse((await readText(path)) ?? "")?.owner === content.owner) await rm(path, { force: true });
    },
  };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (fault) {
    if (fault instanceof Error && "code" in fault && fault.code === "ENOENT") return undefined;
    throw fault;
  }
}

/** Undefined for a lock that is being written just now. */
function parse(text: string): Content | undefined {
  try {
    return contentSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function isGone(content: Content | undefined): boolean {
  if (content?.host !== hostname()) return false;
  try {
    process.kill(content.pid, 0);
    return false;
  } catch (fault) {
    return fault instanceof Error && "code" in fault && fault.code === "ESRCH";
  }
}
