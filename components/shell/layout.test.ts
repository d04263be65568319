import { expect, test } from "vitest";
import { initialLayout, reduceLayout } from "./layout.ts";

test("the viewer leaves room for the conversation, and the conversation for the viewer", () => {
  expect(reduceLayout(initialLayout, { type: "viewer", percent: 3 }).viewer).toBe(25);
  expect(reduceLayout(initialLayout, { type: "viewer", percent: 99 }).viewer).toBe(75);
  expect(reduceLayout(initialLayout, { type: "viewer", percent: 40.4 }).viewer).toBe(40);
});

test("the drawer opens without unfolding the history", () => {
  expect(reduceLayout({ ...initialLayout, history: false }, { type: "drawer", open: true })).toEqual({ history: false, drawer: true, viewer: 50 });
});
