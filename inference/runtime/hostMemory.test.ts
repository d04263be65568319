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

it("views a part of a tensor without a copy", () => {
  const runtime = new JavaScriptRuntime();
  const memory = new HostMemory(runtime);
  const tensor = memory.createTensor("int32", [3, 2]);
  inHostMemory(memory.createView(tensor, [1, 2], 4)).data.set([7, 8]);
  expect([...inHostMemory(tensor).data]).toEqual([0, 0, 0, 0, 7, 8]);
  expect(() => memory.createView(tensor, [2, 2], 4)).toThrow(RangeError);
});
