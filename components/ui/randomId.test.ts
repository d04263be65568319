import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { randomId } from "./randomId.ts";

describe("randomId", () => {
  it("is a UUID of version 4, another one each time", () => {
    const ids = Array.from({ length: 500 }, randomId);
    for (const id of ids) expect(z.uuidv4().safeParse(id).success, id).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
