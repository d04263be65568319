import { expect, test } from "vitest";
import { parseCommandLine } from "../../config.ts";

const parse = (flags: string, environment: Record<string, string> = {}) => {
  const line = parseCommandLine(flags.split(" ").filter((flag) => flag !== ""), environment);
  return line.run ? { remote: line.config.remote, notes: line.config.notes } : line.text;
};

test("an engine elsewhere by flags, or by the environment", () => {
  expect(parse("--backend vllm --engine-url http://host:8000/v1/ --engine-model m")).toMatchObject({ remote: { backend: "vllm", url: "http://host:8000/v1", model: "m", key: undefined } });
  expect(parse("", { QWEN_DEMO_BACKEND: "sglang", QWEN_DEMO_ENGINE_URL: "http://h/v1", QWEN_DEMO_ENGINE_KEY: "k", QWEN_DEMO_ENGINE_MODEL: "" })).toMatchObject({ remote: { backend: "sglang", url: "http://h/v1", key: "k", model: undefined } });
  expect(parse("--engine-url http://h/v1")).toMatchObject({ remote: { backend: "openai" } });
  expect(parse("--backend dashscope --engine-key k")).toMatchObject({ remote: { model: "qwen3-vl-plus", url: expect.stringContaining("https://") as string } });
  expect(parse("")).toMatchObject({ remote: undefined, notes: [] });
});

test("what cannot be is said in one sentence", () => {
  expect(parse("--backend vllm")).toContain("needs --engine-url");
  expect(parse("--backend tgi")).toContain("--backend: It must be local");
  expect(parse("--backend local --engine-url http://h/v1")).toContain("leave --backend local out");
  expect(parse("--backend dashscope")).toContain("QWEN_DEMO_ENGINE_KEY");
  expect(parse("--backend vllm --engine-url ftp://h")).toContain("--engine-url: It must be an address");
  expect(parse("--backend vllm --engine-url http://u:p@h/v1")).toContain("must not hold a password");
  expect(parse("--gpu-memory-utilization 3")).toContain("between 0 and 1");
});

test("flags of the original demo are explained, not ignored", () => {
  expect(parse("--backend hf")).toMatchObject({ remote: undefined, notes: [expect.stringContaining("local engine")] });
  expect(parse("--tensor-parallel-size 4 --gpu-memory-utilization 0.9")).toMatchObject({ notes: [expect.stringContaining("TENSOR_PARALLEL_SIZE=4 GPU_MEMORY_UTILIZATION=0.9 docker compose")] });
});
