import { expect, it } from "vitest";
import { chooseDtype } from "./chooseDtype.ts";

const gigabyte = 1e9;

it.each([
  [11e6, 16 * gigabyte, "fp32"],
  [249e6, 16 * gigabyte, "fp32"],
  [251e6, 16 * gigabyte, "int4-block128-zero-points"],
  [2.1e9, 64 * gigabyte, "int4-block128-zero-points"],
  [235e9, 1000 * gigabyte, "int4-block128-zero-points"],
  [100e6, 1 * gigabyte, "int4-block128-zero-points"],
])("%d parameters, %d bytes of memory: %s", (parameters, memory, dtype) => {
  expect(chooseDtype(parameters, memory)).toBe(dtype);
});
