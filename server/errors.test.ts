import { expect, test } from "vitest";
import { EngineError, engineErrorCodes } from "../inference/errors.ts";
import { asDiskFault, HttpFault, isDefect, toHttp } from "./errors.ts";
import { httpErrorSchema } from "./protocol.ts";

test.each(engineErrorCodes)("%s becomes an answer of the agreed shape", (code) => {
  const { status, body } = toHttp(new EngineError(code, { name: "a.png" }));
  expect(httpErrorSchema.parse(body).error).toMatchObject({ code, params: { name: "a.png" } });
  expect(status).toBeGreaterThanOrEqual(400);
});

test.each([
  ["media_too_large", 413],
  ["image_format", 415],
  ["aspect_ratio", 422],
  ["media_empty", 400],
  ["queue_full", 429],
  ["disk_full", 503],
] as const)("%s is %i", (code, status) => {
  expect(toHttp(new EngineError(code)).status).toBe(status);
});

test("what a library says stays inside", () => {
  const fault = new Error("ENOENT: /home/somebody/secret at 0x7f00");
  expect(JSON.stringify(toHttp(fault))).not.toMatch(/ENOENT|secret|0x/);
  expect(toHttp(fault)).toMatchObject({ status: 500, body: { error: { code: "internal" } } });
  expect(isDefect(fault)).toBe(true);
  expect(isDefect(new HttpFault("forbidden"))).toBe(false);
});

test("a full disk is told from other faults", () => {
  const full = Object.assign(new Error("write"), { code: "ENOSPC" });
  expect(asDiskFault(full)).toMatchObject({ code: "disk_full", cause: full });
  const other = new Error("other");
  expect(asDiskFault(other)).toBe(other);
});
