import { expect, it } from "vitest";
import { LeastRecentlyUsed } from "./leastRecentlyUsed.ts";

it("drops what was not used for the longest time", () => {
  const cache = new LeastRecentlyUsed<string>(3);
  cache.set("a", "A", 1);
  cache.set("b", "B", 1);
  cache.set("c", "C", 1);
  expect(cache.get("a")).toBe("A");
  cache.set("d", "D", 1);
  expect(cache.get("b")).toBeUndefined();
  expect(cache.get("a")).toBe("A");
});

it("counts sizes, also of a value that replaces another", () => {
  const cache = new LeastRecentlyUsed<string>(10);
  cache.set("a", "A", 6);
  cache.set("a", "A2", 2);
  cache.set("b", "B", 8);
  expect([cache.get("a"), cache.get("b")]).toEqual(["A2", "B"]);
});

it("does not keep a value that is larger than itself", () => {
  const cache = new LeastRecentlyUsed<string>(10);
  cache.set("small", "S", 1);
  cache.set("large", "L", 11);
  expect([cache.get("small"), cache.get("large")]).toEqual(["S", undefined]);
});
