import { afterAll, expect, it } from "vitest";
import { GraphBuilder } from "../graph/builder.ts";
import { CApiRuntime } from "./cApiRuntime.ts";

const runtime = CApiRuntime.create();
afterAll(() => runtime[Symbol.asyncDispose]());

function doublingModel(): Uint8Array {
  const graph = new GraphBuilder();
  const x = graph.input("x", "float32", ["length"]);
  graph.output("y", "float32", ["length"], graph.node("Add", [x, x]));
  return graph.encode();
}

it("runs a model from memory over views of one tensor", async () => {
  const session = await runtime.createSession(doublingModel());
  expect([session.inputNames, session.outputNames]).toEqual([["x"], ["y"]]);
  const tensor = runtime.createTensor("float32", [4], [1, 2, 0, 0]);
  using binding = session.createBinding();
  binding.bindInput("x", runtime.createView(tensor, [2], 0));
  binding.bindOutput("y", runtime.createView(tensor, [2], 2));
  await binding.run();
  expect([...tensor.data]).toEqual([1, 2, 2, 4]);
});

it("says what ONNX Runtime refused", async () => {
  await expect(runtime.createSession("/nowhere/model.onnx")).rejects.toThrow(/CreateSession: .*nowhere/);
  const session = await runtime.createSession(doublingModel());
  using binding = session.createBinding();
  binding.bindInput("z", runtime.createTensor("float32", [1]));
  await expect(binding.run()).rejects.toMatchObject({ name: "RuntimeError", message: "BindInput: Failed to find input name in the mapping: z" });
});

it("does not run with a tensor that was disposed, nor after the session", async () => {
  const session = await runtime.createSession(doublingModel());
  const tensor = runtime.createTensor("float32", [1]);
  tensor[Symbol.dispose]();
  using binding = session.createBinding();
  expect(() => binding.bindInput("x", tensor)).toThrow("disposed");
  await session[Symbol.asyncDispose]();
  await expect(binding.run()).rejects.toThrow("disposed");
});
