import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

/** docker/run_web_demo.sh with a `docker` that only writes down what it was asked. */

const script = join(import.meta.dirname, "run_web_demo.sh");
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "run-web-demo-"));
  program("docker", `printf '%s\\n' "$@" --- >>"${folder}/calls"`);
  program("nvidia-smi", "exit 9");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Puts a program on the script's PATH. */
function program(name: string, commands: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${commands}\n`);
  chmodSync(join(folder, name), 0o755);
}

function start(...args: string[]): { status: number | null; output: string; calls: string[][] } {
  const { status, stdout, stderr } = spawnSync(script, args, { encoding: "utf8", env: { NODE_ENV: "test", PATH: `${folder}:/usr/bin:/bin` } });
  return { status, output: stdout + stderr, calls: callsOfDocker() };
}

function callsOfDocker(): string[][] {
  try {
    return readFileSync(join(folder, "calls"), "utf8").split("---\n").slice(0, -1).map((call) => call.trimEnd().split("\n"));
  } catch {
    return [];
  }
}

function checkpoint(name: string, files = ["config.json", "tokenizer.json", "preprocessor_config.json", "model-00001-of-00002.safetensors"]): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const file of files) writeFileSync(join(path, file), "");
  return path;
}

/** The arguments of `docker run`. */
const runOf = (calls: string[][]): string => calls.find(([command]) => command === "run")?.join(" ") ?? "";

test("a checkpoint is mounted, under the name, port and image that were asked for", () => {
  const path = checkpoint("Qwen3-VL-2B-Instruct");
  const { status, output, calls } = start("-c", path, "-i", "registry/image:tag", "-n", "mine", "--port", "8881");
  expect(output).toContain("http://localhost:8881");
  expect(status).toBe(0);
  const run = runOf(calls);
  expect(run).toContain("--name mine");
  expect(run).toContain("--restart always");
  expect(run).toContain("--publish 8881:7860");
  expect(run).toContain(`--mount type=bind,"source=${path}",target=/weights,readonly --env WEIGHTS=${path}`);
  expect(run).toMatch(/registry\/image:tag$/);
  expect(run).not.toContain("docker.sock");
  expect(run).not.toContain("--gpus");
});

test("without options it is the embedded model under the names of the original, and the image is built when it is missing", () => {
  program("docker", `printf '%s\\n' "$@" --- >>"${folder}/calls"; [ "$1 $2" != "image inspect" ]`);
  const { calls } = start();
  expect(calls.map(([command]) => command)).toEqual(["info", "image", "build", "run"]);
  expect(runOf(calls)).toMatch(/--name qwen3vl --publish 8901:7860 .* qwen3-vl-web-demo$/);
  expect(runOf(calls)).not.toContain("/weights");
});

test("what comes after -- is for the server", () => {
  expect(runOf(start("--", "--auth", "me:a secret").calls)).toMatch(/ qwen3-vl-web-demo --auth me:a secret$/);
});

test("a GPU is handed over where there is one", () => {
  program("nvidia-smi", "exit 0");
  expect(runOf(start().calls)).toContain("--gpus all");
});

test("sudo is used only where Docker does not let this user in", () => {
  program("id", "echo 1000");
  program("sudo", `echo "$@" >>"${folder}/asked-sudo"; touch "${folder}/is-root"; exec "$@"`);
  expect(start().status).toBe(0);
  expect(() => readFileSync(join(folder, "asked-sudo"))).toThrow();

  program("docker", `printf '%s\\n' "$@" --- >>"${folder}/calls"; [ -e "${folder}/is-root" ]`);
  expect(start().status).toBe(0);
  expect(readFileSync(join(folder, "asked-sudo"), "utf8")).toContain("docker run");
});

test("a folder without config.json is refused before anything is started", () => {
  const { status, output, calls } = start("--checkpoint", checkpoint("half", ["tokenizer.json", "model.safetensors"]));
  expect(status).toBe(1);
  expect(output).toContain("config.json is missing");
  expect(calls).toEqual([]);
});

test("what else is missing is said", () => {
  expect(start("-c", checkpoint("bare", ["config.json"])).output).toContain("there is no tokenizer.json preprocessor_config.json *.safetensors,");
  expect(start("-c", checkpoint("whole")).output).not.toContain("Careful");
});

test("a folder of links to elsewhere is refused, because they lead nowhere in a container", () => {
  const blobs = checkpoint("blobs");
  const snapshot = checkpoint("snapshot", ["tokenizer.json", "preprocessor_config.json", "model.safetensors"]);
  symlinkSync(join(blobs, "config.json"), join(snapshot, "config.json"));
  const { status, output } = start("-c", snapshot);
  expect(status).toBe(1);
  expect(output).toContain("config.json is a link");
});

test.each([
  [["-c", "/nowhere/at/all"], "/nowhere/at/all/config.json is missing"],
  [["-c"], "-c needs a value"],
  [["--port", "http"], "from 1 to 65535"],
  [["--port", "70000"], "from 1 to 65535"],
  [["--color"], "--color is unknown"],
])("%j is refused", (args, said) => {
  const { status, output, calls } = start(...args);
  expect(status).toBe(1);
  expect(output).toContain(said);
  expect(calls).toEqual([]);
});

test("a container that could not be started is no success", () => {
  program("docker", '[ "$1" != run ]');
  const { status, output } = start("-n", "taken");
  expect(status).toBe(1);
  expect(output).toContain("docker rm -f taken");
});

test("--help needs no Docker", () => {
  program("docker", "exit 1");
  const { status, output } = start("--help");
  expect(status).toBe(0);
  for (const option of ["-c, --checkpoint", "-i, --image-name", "-n, --container-name", "--port"]) expect(output).toContain(option);
});
