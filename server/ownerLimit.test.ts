import { expect, test } from "vitest";
import { OwnerLimit } from "./ownerLimit.ts";

test("each owner has so many under way, and the next when one of them is over", () => {
  const limit = new OwnerLimit(2);
  const [first] = [limit.enter("a"), limit.enter("a")];
  expect(() => limit.enter("a")).toThrow("rate_limited");
  using others = limit.enter("b");
  first[Symbol.dispose]();
  using next = limit.enter("a");
  expect(() => limit.enter("a")).toThrow("rate_limited");
});
