import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { z } from "zod";
import { TestServer } from "../testing/harness.ts";
import { hasPython, pythonPackages } from "./testing/pythonPackages.ts";

/** /openapi.json is true: Schemathesis makes requests that fit it and requests that do not, and compares what is answered. */

const examples = "4";
const python = await hasPython();
if (!python) console.warn("/openapi.json is not tested with Schemathesis: there is no python3 with pip on this machine.");

/** The pages and their files, and what speaks another protocol. By signed links of its own a remote engine fetches media; nobody else asks for them. */
const undescribed = ["/ws", "/shared/*", "/_next/static/*", "/preview.html", "/manifest.webmanifest", "/icon.svg", "/apple-icon.png", "/icons/*"];
const descriptionSchema = z.object({ openapi: z.literal("3.1.0"), paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

test("every route is described in OpenAPI 3.1, with each of its methods, and nothing else is", async () => {
  await using server = await TestServer.start();
  const { paths } = descriptionSchema.parse(await (await fetch(`${server.origin}/openapi.json`)).json());
  const described = Object.entries(paths).map(([path, operations]) => `${Object.keys(operations).sort().join(" ")} ${path}`);
  const routes = server.routes.filter(({ path }) => !undescribed.includes(path));
  expect(described.sort()).toEqual(routes.map(({ path, methods }) => `${methods.map((method) => method.toLowerCase()).sort().join(" ")} ${path.replace(/:(\w+)/g, "{$1}")}`).sort());
  expect(undescribed.filter((path) => !server.routes.some((route) => route.path === path))).toEqual([]);
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
