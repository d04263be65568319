import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

/** compose.yaml against the schema of the Compose Specification, and what its services share. */

const root = dirname(import.meta.dirname);
const text = readFileSync(join(root, "compose.yaml"), "utf8");

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      profiles: z.array(z.string()),
      ports: z.array(z.string()).default([]),
      volumes: z.array(z.string()).default([]),
      deploy: z.object({ resources: z.object({ reservations: z.object({ devices: z.array(z.object({ driver: z.string() })) }) }) }).optional(),
    }),
  ),
  volumes: z.record(z.string(), z.null()),
});
const read = (source: string): unknown => parse(source, { merge: true });
const { services, volumes } = composeSchema.parse(read(text));

function faultsOf(source: string): string[] {
  const file = join(dirname(createRequire(import.meta.url).resolve("dclint/package.json")), "schemas", "compose.schema.json");
  const schema = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, "utf8")));
  const ajv = new Ajv({ strict: false, validateFormats: false, validateSchema: false, allErrors: true });
  delete schema.$schema; // in a spelling that ajv does not know
  ajv.validate(schema, read(source));
  return (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message ?? ""}`);
}

test("the file follows the specification", () => {
  expect(faultsOf(text)).toEqual([]);
  expect(faultsOf(text.replace("restart:", "restarts:"))).not.toEqual([]);
});

test("there is a profile for each kind of machine, and without one it is the CPU", () => {
  const profiles = new Set(Object.values(services).flatMap((service) => service.profiles));
  expect(profiles).toEqual(new Set(["cpu", "gpu", "cuda", "vllm"]));
  expect(readFileSync(join(root, ".env"), "utf8")).toContain("\nCOMPOSE_PROFILES=cpu\n");
});

test("in each profile one page is served, at first to this machine alone", () => {
  for (const profile of ["cpu", "gpu", "cuda", "vllm"]) {
    const ports = Object.values(services).filter((service) => service.profiles.includes(profile)).flatMap((service) => service.ports);
    expect(ports).toEqual(["${ADDRESS:-127.0.0.1}:${PORT:-7860}:7860"]);
  }
});

test("GPUs are asked for where they are needed", () => {
  const withGpu = Object.entries(services).filter(([, { deploy }]) => deploy?.resources.reservations.devices[0]?.driver === "nvidia");
  expect(withGpu.map(([name]) => name)).toEqual(["gpu", "cuda", "vllm"]);
});

test("every volume is one of the file's or a folder, and none is Docker's socket", () => {
  for (const volume of Object.values(services).flatMap((service) => service.volumes)) {
    const source = volume.replace(/^\$\{WEIGHTS:-(.*)\}/, "$1").split(":")[0] ?? "";
    expect(Object.keys(volumes)).toContain(source);
  }
  expect(text).not.toContain("docker.sock");
});
