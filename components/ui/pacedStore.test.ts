import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { pacedStore } from "./pacedStore.ts";
import { Store } from "./store.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("changes at once where the pace begins and ends, and in between once in its interval", () => {
  const store = new Store(0, (_: number, next: number) => next);
  const paced = pacedStore(store, { interval: 1000, applies: (state) => state > 0 });
  const seen: number[] = [];
  const leave = paced.subscribe(() => seen.push(paced.get()));
  for (const value of [1, 2, 3]) store.dispatch(value);
  expect(paced.get()).toBe(1);
  vi.advanceTimersByTime(1000);
  expect(seen).toEqual([1, 3]);
  store.dispatch(4);
  store.dispatch(0);
  expect(seen).toEqual([1, 3, 0]);
  for (const value of [5, 6]) store.dispatch(value);
  expect(seen).toEqual([1, 3, 0, 5]);
  leave();
  vi.advanceTimersByTime(5000);
  expect(seen).toEqual([1, 3, 0, 5]);
});
