import { expect, test } from "vitest";
import { Queue, type Place } from "./queue.ts";

const stay = new AbortController().signal;

/** A queue whose clock stands still, and jobs by the name of their owner and their number. */
function setUp(slots: number, bound: number) {
  const clock = { now: 0 };
  const queue = new Queue(slots, bound, () => clock.now);
  const begun: string[] = [];
  const running = new Map<string, Disposable>();
  const places = new Map<string, Place[]>();
  const enter = (name: string, signal = stay): Promise<void> => {
    const heard: Place[] = [];
    places.set(name, heard);
    return queue.enter({ owner: name.replace(/\d/, ""), signal, moved: (place) => heard.push(place) }).then((slot) => {
      if (slot === undefined) return;
      begun.push(name);
      running.set(name, slot);
    });
  };
  const end = async (name: string, milliseconds = 0): Promise<void> => {
    clock.now += milliseconds;
    running.get(name)?.[Symbol.dispose]();
    await Promise.resolve();
    await Promise.resolve();
  };
  const positions = (name: string): number[] => (places.get(name) ?? []).map(({ position }) => position);
  return { queue, begun, enter, end, places, positions };
}

test("one runs, the others follow in order and hear their position", async () => {
  const { queue, begun, enter, end, positions } = setUp(1, 2);
  await enter("a1");
  void enter("b1");
  void enter("c1");
  expect(queue).toMatchObject({ running: 1, waiting: 2 });
  expect(() => void enter("d1")).toThrow(expect.objectContaining({ code: "queue_full", params: { limit: 2 } }));

  await end("a1");
  await end("a1"); // must not free a second slot
  expect(queue).toMatchObject({ running: 1, waiting: 1 });
  await end("b1");
  await end("c1");
  expect(begun).toEqual(["a1", "b1", "c1"]);
  expect(positions("c1")).toEqual([2, 1]);
  expect(queue).toMatchObject({ running: 0, waiting: 0 });
});

test("who gives up leaves the queue at once, and the next moves up", async () => {
  const { queue, enter, end, positions } = setUp(1, 4);
  const leave = new AbortController();
  await enter("a1");
  const left = enter("b1", leave.signal);
  void enter("c1");
  leave.abort();
  await left;
  await enter("d1", leave.signal);
  expect(positions("c1")).toEqual([2, 1]);
  expect(queue.waiting).toBe(1);
  await end("a1");
  expect(queue).toMatchObject({ running: 1, waiting: 0 });
});

test("owners take turns, however many jobs one of them has", async () => {
  const { begun, enter, end, positions } = setUp(1, 16);
  for (const name of ["a1", "a2", "a3", "b1", "b2", "c1"]) void enter(name);
  await Promise.resolve();
  expect([positions("a2"), positions("b1"), positions("c1")]).toEqual([[1, 2, 3], [1], [2]]);
  for (const name of ["a1", "b1", "c1", "a2", "b2", "a3"]) await end(name);
  expect(begun).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
});

test("nobody comes first for ever by asking again and again, and no turn is lost by leaving", async () => {
  const { begun, enter, end } = setUp(1, 16);
  await enter("a1");
  for (const name of ["b1", "b2"]) void enter(name);
  const leave = new AbortController();
  void enter("c1", leave.signal);
  void enter("c2");
  leave.abort();
  await end("a1");
  void enter("a2");
  await end("b1");
  await end("c2");
  void enter("a3");
  await end("b2");
  await end("a2");
  expect(begun).toEqual(["a1", "b1", "c2", "b2", "a2", "a3"]);
});

test("slots that nobody else wants are used, and given to others first", async () => {
  const { begun, enter, end } = setUp(2, 16);
  for (const name of ["a1", "a2", "a3", "b1"]) void enter(name);
  await Promise.resolve();
  expect(begun).toEqual(["a1", "a2"]);
  await end("a1");
  await end("a2");
  expect(begun).toEqual(["a1", "a2", "b1", "a3"]);
});

test("the wait is estimated from how long jobs took lately", async () => {
  const { queue, enter, end, places } = setUp(2, 16);
  expect(queue.estimate(1)).toBeUndefined();
  await enter("a1");
  await enter("b1");
  void enter("c1");
  await end("a1", 10_000);
  for (const name of ["d1", "e1", "f1"]) void enter(name);
  expect(places.get("c1")).toEqual([{ position: 1, seconds: undefined }]);
  expect(["d1", "e1", "f1"].map((name) => places.get(name)?.at(-1))).toEqual([1, 2, 3].map((position) => ({ position, seconds: position * 5 })));
  await end("b1", 20_000);
  expect(queue.estimate(2)).toBe(14); // 10 s and a fifth of the way to 30 s
});
