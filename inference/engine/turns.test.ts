import { expect, it } from "vitest";
import { Turns } from "./turns.ts";

const never = new AbortController().signal;
const ignore = () => undefined;

it("lets one after another in, in the order of their arrival", async () => {
  const turns = new Turns();
  const order: string[] = [];
  const first = await turns.take(never, ignore);
  const positions: number[] = [];
  const others = ["second", "third"].map(async (name) => {
    using _turn = await turns.take(never, (position) => positions.push(position));
    order.push(name);
  });
  expect(positions).toEqual([1, 2]);
  expect(order).toEqual([]);
  first[Symbol.dispose]();
  await Promise.all(others);
  expect(order).toEqual(["second", "third"]);
});

it("lets one that gives up leave the line", async () => {
  const turns = new Turns();
  const first = await turns.take(never, ignore);
  const leaving = new AbortController();
  const waiting = turns.take(leaving.signal, ignore);
  const last = turns.take(never, ignore);
  leaving.abort(new Error("left"));
  await expect(waiting).rejects.toThrow("left");
  first[Symbol.dispose]();
  (await last)[Symbol.dispose]();
});

it("is free again after the last one", async () => {
  const turns = new Turns();
  (await turns.take(never, ignore))[Symbol.dispose]();
  const positions: number[] = [];
  await turns.take(never, (position) => positions.push(position));
  expect(positions).toEqual([]);
});
