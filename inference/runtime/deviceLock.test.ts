import { expect, it } from "vitest";
import { noLock, QueueLock } from "./deviceLock.ts";

it("lets one in at a time, in order, also after a failure", async () => {
  const lock = new QueueLock();
  const seen: string[] = [];
  const work = (name: string) => async () => {
    seen.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(`${name} ends`);
    if (name === "first") throw new Error("failed");
    return name;
  };
  const first = lock.run(work("first"));
  const second = lock.run(work("second"));
  await expect(first).rejects.toThrow("failed");
  await expect(second).resolves.toBe("second");
  expect(seen).toEqual(["first begins", "first ends", "second begins", "second ends"]);
});

it("does work of the CPU at once", () => {
  let done = false;
  void noLock.run(() => (done = true));
  expect(done).toBe(true);
});
