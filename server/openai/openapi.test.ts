import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { TestServer } from "../testing/harness.ts";
import { hasPython, pythonPackages } from "./testing/pythonPackages.ts";

/** /openapi.json is true: Schemathesis makes requests that fit it and requests that do not, and compares what is answered. */

const examples = "4";
const python = await hasPython();
if (!python) console.warn("/openapi.json is not tested with Schemathesis: there is no python3 with pip on this machine.");

test("every route is described in OpenAPI 3.1", async () => {
  await using server = await TestServer.start();
  const description: unknown = await (await fetch(`${server.origin}/openapi.json`)).json();
  expect(description).toMatchObject({ openapi: "3.1.0", paths: { "/v1/chat/completions": { post: {} }, "/v1/models": { get: {} }, "/api/media": { post: {} }, "/healthz": { get: {} } } });
});

test.runIf(python)("Schemathesis finds nothing that is answered otherwise than described", { timeout: 240_000 }, async () => {
  const packages = await pythonPackages("schemathesis");
  await using server = await TestServer.start();
  const program = `import sys\nsys.path.insert(0, ${JSON.stringify(packages)})\nfrom schemathesis.cli import schemathesis\nschemathesis()`;
  const flags = ["--config-file", join(import.meta.dirname, "testing", "schemathesis.toml"), "run", `${server.origin}/openapi.json`];
  const options = ["--max-examples", examples, "--checks", "all", "--phases", "fuzzing", "--generation-database", "none", "--seed", "1", "--suppress-health-check", "all"];
  const output = await promisify(execFile)("python3", ["-c", program, ...flags, ...options], { cwd: server.dataFolder, maxBuffer: 2 ** 24 }).catch((fault: unknown) => {
    throw new Error(String(Reflect.get(Object(fault), "stdout")), { cause: fault });
  });
  expect(output.stdout).toMatch(/No issues found|passed/);
});
