import { execFile } from "node:child_process";
import { access, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../../config.ts";

const run = promisify(execFile);

/** Whether a Python that can install packages is on this machine; without it what needs one is not tested. */
export async function hasPython(): Promise<boolean> {
  return run("python3", ["-m", "pip", "--version"]).then(
    () => true,
    () => false,
  );
}

/**
 * A folder with packages from PyPI, installed the first time into the cache of the project.
 *
 * @param requirement a name with its version, such as "openai==2.0.0"
 */
export async function pythonPackages(requirement: string): Promise<string> {
  const cache = join(projectRoot, ".cache", "python");
  const folder = join(cache, requirement.replace(/[^\w.=-]/g, "_"));
  if (await access(folder).then(() => true, () => false)) return folder;
  await mkdir(cache, { recursive: true });
  const partial = `${folder}.${process.pid}`;
  await run("python3", ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", partial, requirement], { maxBuffer: 2 ** 24 });
  // Somebody else may have been first.
  await rename(partial, folder).catch(() => rm(partial, { recursive: true, force: true }));
  return folder;
}

/** Runs a Python program and returns what it prints. @throws with what it said, when it fails */
export async function runPython(program: string, { packages, args = [] }: { packages: string; args?: readonly string[] }): Promise<string> {
  const { stdout } = await run("python3", ["-c", `import sys\nsys.path.insert(0, ${JSON.stringify(packages)})\n${program}`, ...args], { timeout: 60_000 });
  return stdout;
}
