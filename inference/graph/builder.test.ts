import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CApiRuntime } from "../runtime/cApiRuntime.ts";
import { JavaScriptRuntime } from "../runtime/javaScriptRuntime.ts";
import { type Binding, type Runtime, RuntimeError } from "../runtime/types.ts";
import { GraphBuilder } from "./builder.ts";

let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), "graph-"))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** y = x · W + 1, and the largest value of each row. W lies in a file beside the model. */
async function writeModel(): Promise<string> {
  const graph = new GraphBuilder();
  const x = graph.input("x", "float32", ["rows", 2]);
  await writeFile(path.join(folder, "weights.bin"), Buffer.from(Float32Array.of(0, 0, 0, 0, 1, 2, 3, 4).buffer));
  const weight = graph.external("float32", [2, 2], { location: "weights.bin", offset: 16, length: 16 });
  const sum = graph.node("Add", [graph.node("MatMul", [x, weight]), graph.constant("float32", [1], [1])]);
  graph.output("y", "float32", ["rows", 2], sum);
  graph.output("largest", "float32", ["rows", 1], graph.node("ReduceMax", [sum, graph.constant("int64", [1], [1])], { attributes: { keepdims: { int: 1 } } }));
  const file = path.join(folder, "model.onnx");
  await writeFile(file, graph.encode());
  return file;
}

/** Runs the model of `writeModel` once over rows of two values each. */
async function runOnce(runtime: Runtime, binding: Binding, values: readonly number[]): Promise<{ y: number[]; largest: number[] }> {
  const rows = values.length / 2;
  using x = runtime.createTensor("float32", [rows, 2], values);
  using y = runtime.createTensor("float32", [rows, 2]);
  using largest = runtime.createTensor("float32", [rows, 1]);
  binding.bindInput("x", x);
  binding.bindOutput("y", y);
  binding.bindOutput("largest", largest);
  await binding.run();
  return { y: [...y.data], largest: [...largest.data] };
}

/** A loop whose body takes long enough to be stopped. */
async function writeSlowModel(): Promise<string> {
  const graph = new GraphBuilder();
  let x = graph.input("x", "float32", ["n", "n"]);
  for (let index = 0; index < 1000; index++) x = graph.node("MatMul", [x, x]);
  graph.output("y", "float32", ["n", "n"], x);
  const file = path.join(folder, "slow.onnx");
  await writeFile(file, graph.encode());
  return file;
}

describe.each<{ name: string; create: () => Runtime }>([
  { name: "the C API", create: () => CApiRuntime.create() },
  { name: "the JavaScript API", create: () => new JavaScriptRuntime() },
])("through $name", ({ create }) => {
  it("computes what the graph says", async () => {
    await using runtime = create();
    await using session = await runtime.createSession(await writeModel());
    expect([...session.inputNames, ...session.outputNames]).toEqual(["x", "y", "largest"]);
    using binding = session.createBinding();
    using x = runtime.createTensor("float32", [2, 2], [1, 0, 1, 1]);
    using y = runtime.createTensor("float32", [2, 2]);
    using largest = runtime.createTensor("float32", [2, 1]);
    binding.bindInput("x", x);
    binding.bindOutput("y", y);
    binding.bindOutput("largest", largest);
    await binding.run();
    expect([...y.data]).toEqual([2, 3, 5, 7]);
    expect([...largest.data]).toEqual([3, 7]);
    x.data.set([0, 0, 0, 0]);
    await binding.run();
    expect([...y.data]).toEqual([1, 1, 1, 1]);
  });

  it("says what is wrong with a file that is no model", async () => {
    await using runtime = create();
    const file = path.join(folder, "broken.onnx");
    await writeFile(file, "not a model");
    await expect(runtime.createSession(file)).rejects.toThrow(/protobuf|parsing/i);
  });

  it("does not run for somebody who has stopped already", async () => {
    await using runtime = create();
    await using session = await runtime.createSession(await writeModel());
    using binding = session.createBinding();
    await expect(binding.run(AbortSignal.abort(new Error("stopped")))).rejects.toThrow("stopped");
  });
});

describe("the C API", () => {
  it("takes a new tensor for what it is, also where a disposed one's address was", async () => {
    await using runtime = CApiRuntime.create();
    await using session = await runtime.createSession(await writeModel());
    using binding = session.createBinding();
    for (let round = 0; round < 200; round++) {
      const rows = 1 + (round % 7);
      const { largest } = await runOnce(runtime, binding, Array.from({ length: 2 * rows }, () => round));
      expect(largest).toEqual(Array.from({ length: rows }, () => 6 * round + 1));
    }
  });

  it("stops in the middle of a run and can run again", async () => {
    await using runtime = CApiRuntime.create();
    await using session = await runtime.createSession(await writeSlowModel());
    using binding = session.createBinding();
    const size = 256;
    using x = runtime.createTensor("float32", [size, size]);
    using y = runtime.createTensor("float32", [size, size]);
    binding.bindInput("x", x);
    binding.bindOutput("y", y);
    const controller = new AbortController();
    const run = binding.run(controller.signal);
    setTimeout(() => controller.abort(new Error("stopped")), 1);
    await expect(run).rejects.toThrow("stopped");
    await binding.run();
  });

  it("refuses a tensor and a session that were disposed", async () => {
    await using runtime = CApiRuntime.create();
    const session = await runtime.createSession(await writeModel());
    using binding = session.createBinding();
    const x = runtime.createTensor("float32", [1, 2]);
    x[Symbol.dispose]();
    x[Symbol.dispose]();
    expect(() => binding.bindInput("x", x)).toThrow(RuntimeError);
    await session[Symbol.asyncDispose]();
    expect(() => session.createBinding()).toThrow("disposed");
  });

  it("reports an output of the wrong shape", async () => {
    await using runtime = CApiRuntime.create();
    await using session = await runtime.createSession(await writeModel());
    using binding = session.createBinding();
    using x = runtime.createTensor("float32", [1, 2]);
    using y = runtime.createTensor("float32", [3, 2]);
    using largest = runtime.createTensor("float32", [1, 1]);
    binding.bindInput("x", x);
    binding.bindOutput("y", y);
    binding.bindOutput("largest", largest);
    await expect(binding.run()).rejects.toThrow(RuntimeError);
  });

  it("gives back what a thousand runs took", async () => {
    await using runtime = CApiRuntime.create();
    await using session = await runtime.createSession(await writeModel());
    const zeros = Array.from({ length: 2000 }, () => 0);
    const rounds = async (count: number) => {
      for (let round = 0; round < count; round++) {
        using binding = session.createBinding();
        await runOnce(runtime, binding, zeros);
      }
    };
    await rounds(1000);
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    await rounds(4000); // would keep 80 MB if nothing were released
    globalThis.gc?.();
    expect(process.memoryUsage().rss - before).toBeLessThan(40 << 20);
  });
});
