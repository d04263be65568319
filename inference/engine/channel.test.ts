import { expect, it } from "vitest";
import { emitted } from "./channel.ts";

async function collect<Event>(events: AsyncIterable<Event>): Promise<Event[]> {
  const all: Event[] = [];
  for await (const event of events) all.push(event);
  return all;
}

it("yields what the work emits, in order", async () => {
  const events = emitted<number>(async (emit) => {
    emit(1);
    await Promise.resolve();
    emit(2);
    emit(3);
  });
  expect(await collect(events)).toEqual([1, 2, 3]);
});

it("throws the work's error after its last event", async () => {
  const seen: number[] = [];
  const events = emitted<number>(async (emit) => {
    emit(1);
    await Promise.resolve();
    throw new Error("broken");
  });
  await expect(
    (async () => {
      for await (const event of events) seen.push(event);
    })(),
  ).rejects.toThrow("broken");
  expect(seen).toEqual([1]);
});

it("aborts the work and waits for its end when the consumer leaves", async () => {
  let ended = false;
  const events = emitted<number>(async (emit, signal) => {
    emit(1);
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => setTimeout(resolve, 10)));
    ended = true;
  });
  for await (const event of events) {
    expect(event).toBe(1);
    break;
  }
  expect(ended).toBe(true);
});

it("passes an abort from outside on", async () => {
  const controller = new AbortController();
  const events = emitted<string>(async (emit, signal) => {
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    emit("stopped");
  }, controller.signal);
  setTimeout(() => controller.abort(), 5);
  expect(await collect(events)).toEqual(["stopped"]);
});
