import { expect, test } from "vitest";
import { Queue } from "./queue.ts";

const ignore = (): void => undefined;

test("one runs, the others follow in order and hear their position", async () => {
  const queue = new Queue(1, 2);
  const signal = new AbortController().signal;
  const first = await queue.enter(signal, ignore);
  const positions: number[] = [];
  const second = queue.enter(signal, ignore);
  const third = queue.enter(signal, (position) => positions.push(position));
  expect(queue).toMatchObject({ running: 1, waiting: 2 });
  await expect(queue.enter(signal, ignore)).rejects.toMatchObject({ code: "queue_full", params: { limit: 2 } });

  first?.[Symbol.dispose]();
  first?.[Symbol.dispose](); // must not free a second slot
  const running = await second;
  expect(queue).toMatchObject({ running: 1, waiting: 1 });
  running?.[Symbol.dispose]();
  (await third)?.[Symbol.dispose]();
  expect(positions).toEqual([2, 1]);
  expect(queue).toMatchObject({ running: 0, waiting: 0 });
});

test("who gives up leaves the queue at once, and the next moves up", async () => {
  const queue = new Queue(1, 4);
  const stay = new AbortController();
  const leave = new AbortController();
  const slot = await queue.enter(stay.signal, ignore);
  const positions: number[] = [];
  const left = queue.enter(leave.signal, ignore);
  void queue.enter(stay.signal, (position) => positions.push(position));
  leave.abort();
  expect(await left).toBeUndefined();
  expect(await queue.enter(leave.signal, ignore)).toBeUndefined();
  expect(positions).toEqual([2, 1]);
  expect(queue.waiting).toBe(1);
  slot?.[Symbol.dispose]();
  expect(queue).toMatchObject({ running: 1, waiting: 0 });
});
