import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { CApiRuntime } from "./cApiRuntime.ts";

it("keeps the library while only functions of it are in use", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  await using runtime = CApiRuntime.create();
  for (let round = 0; round < 5; round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10)); // finalizers run between tasks
  }
  await expect(runtime.createSession("/nowhere.onnx")).rejects.toThrow("CreateSession");
});
