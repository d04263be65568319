import { expect, test } from "vitest";
import { fitView, panView, showBox, toPicture, visibleBox, zoomView } from "./view.ts";

const picture = { width: 1000, height: 500 };
const stage = { width: 524, height: 524 };
const limits = { picture, stage };

test("the whole picture fits with a margin, in the middle", () => {
  expect(fitView(picture, stage)).toEqual({ scale: 0.5, x: 12, y: 137 });
  expect(fitView({ width: 10, height: 10 }, stage).scale).toBe(4);
});

test("zooming keeps what is under the pointer in its place", () => {
  const at = { x: 300, y: 260 };
  const before = fitView(picture, stage);
  const after = zoomView(before, 4, at, limits);
  expect(after.scale).toBe(2);
  const [from, to] = [toPicture(at, before, picture), toPicture(at, after, picture)];
  expect(to.x).toBeCloseTo(from.x);
  expect(to.y).toBeCloseTo(from.y);
});

test("zoom and pan end where nothing more would be seen", () => {
  const fit = fitView(picture, stage);
  expect(zoomView(fit, 0.1, { x: 0, y: 0 }, limits)).toEqual(fit);
  expect(zoomView(fit, 1000, { x: 0, y: 0 }, limits).scale).toBe(4);
  expect(panView(fit, { x: 500, y: 500 }, limits)).toEqual(fit);
  const near = zoomView(fit, 4, { x: 262, y: 262 }, limits);
  expect(panView(near, { x: 1e6, y: 1e6 }, limits)).toMatchObject({ x: 12, y: 12 });
  expect(panView(near, { x: -1e6, y: -1e6 }, limits)).toMatchObject({ x: 524 - 2000 - 12, y: 524 - 1000 - 12 });
});

test("a shown part lies in the middle and is seen whole", () => {
  const box = { x1: 0.4, y1: 0.4, x2: 0.5, y2: 0.6 };
  const seen = visibleBox(showBox(box, limits), limits);
  expect(seen.x1).toBeLessThan(box.x1);
  expect(seen.x2).toBeGreaterThan(box.x2);
  expect((seen.x1 + seen.x2) / 2).toBeCloseTo(0.45);
  expect(visibleBox(fitView(picture, stage), limits)).toEqual({ x1: 0, y1: 0, x2: 1, y2: 1 });
});
