import { expect, it } from "vitest";
import { HostMemory, inHostMemory } from "./hostMemory.ts";
import { JavaScriptRuntime } from "./javaScriptRuntime.ts";

it("keeps values at their indices when a tensor is enlarged", async () => {
  const runtime = new JavaScriptRuntime();
  const small = runtime.createTensor("float32", [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
  const large = await new HostMemory(runtime).enlarge(small, [2, 3, 2]);
  expect(large.dims).toEqual([2, 3, 2]);
  expect([...inHostMemory(large).data]).toEqual([1, 2, 3, 4, 0, 0, 5, 6, 7, 8, 0, 0]);
});
