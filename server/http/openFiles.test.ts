import { expect, test } from "vitest";
import { connectionLimit } from "./openFiles.ts";

const limits = (files: number | string): string => `Max processes             95000                95000                processes\nMax open files            ${files}                1048576              files\n`;

test("connections leave enough file descriptors for everything else", () => {
  expect(connectionLimit(limits(256))).toBe(96);
  expect(connectionLimit(limits(1_048_576))).toBe(1000);
  expect(connectionLimit(limits(20))).toBe(16);
});

test("a system without limits, or without a file on them", () => {
  expect(connectionLimit(limits("unlimited"))).toBe(1000);
  expect(connectionLimit("")).toBe(1000);
  expect(connectionLimit()).toBeGreaterThan(0);
});
