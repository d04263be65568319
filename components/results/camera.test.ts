import { expect, test } from "vitest";
import { cameraOfFov, cornersInSpace, edges, footprint, project } from "./camera.ts";

const picture = { width: 1000, height: 500 };

test("a camera of 90° sees as far to the side as ahead", () => {
  const { fx, fy, cx, cy } = cameraOfFov(picture, 90);
  expect([fx, fy, cx, cy].map((value) => Math.round(value))).toEqual([500, 250, 500, 250]);
});

test("a cube straight ahead is a square within a square", () => {
  const corners = project([0, 0, 5, 2, 2, 2, 0, 0, 0], { fx: 100, fy: 100, cx: 50, cy: 50 });
  // The near face is 4 m away, the far one 6 m.
  expect(corners?.filter(({ x, y }) => Math.abs(x - 50) === 25 && Math.abs(y - 50) === 25)).toHaveLength(4);
  expect(corners?.filter(({ x }) => Math.abs(Math.abs(x - 50) - 100 / 6) < 1e-9)).toHaveLength(4);
});

test("y points down, x to the right", () => {
  const [corner] = project([1, 2, 10, 0, 0, 0, 0, 0, 0], { fx: 100, fy: 100, cx: 50, cy: 50 }) ?? [];
  expect(corner).toEqual({ x: 60, y: 70 });
});

test("angles are parts of a half turn: pitch about x, yaw about y, roll about z, in this order", () => {
  const along = (values: readonly [number, number, number], size: readonly [number, number, number]) => {
    const [corner] = cornersInSpace([0, 0, 0, ...size, ...values]);
    return corner?.map((value) => Math.round(value * 1000) / 1000 + 0);
  };
  expect(along([0.5, 0, 0], [0, 2, 0])).toEqual([0, 0, 1]);
  expect(along([0, 0.5, 0], [2, 0, 0])).toEqual([0, 0, -1]);
  expect(along([0, 0, 0.5], [2, 0, 0])).toEqual([0, 1, 0]);
  // First y becomes z, then z becomes x, then x becomes y.
  expect(along([0.5, 0.5, 0.5], [0, 2, 0])).toEqual([0, 1, 0]);
});

test("a box with a corner behind the camera is not drawn", () => {
  expect(project([0, 0, 0.5, 1, 1, 2, 0, 0, 0], cameraOfFov(picture, 60))).toBeUndefined();
});

test("twelve edges join corners that differ in one direction", () => {
  expect(edges).toHaveLength(12);
  const corners = cornersInSpace([0, 0, 0, 1, 2, 3, 0, 0, 0]);
  const lengths = edges.map(([from, to]) => Math.hypot(...[0, 1, 2].map((axis) => (corners[from]?.[axis] ?? 0) - (corners[to]?.[axis] ?? 0))));
  expect(lengths.sort()).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
});

test("seen from above a box is its rectangle, turned by its yaw", () => {
  const sort = (points: readonly { x: number; y: number }[]) => points.map(({ x, y }) => `${x.toFixed(2)} ${y.toFixed(2)}`.replaceAll("-0.00", "0.00")).sort();
  expect(sort(footprint([0, 0, 10, 2, 1, 4, 0, 0, 0]))).toEqual(sort([{ x: -1, y: 8 }, { x: 1, y: 8 }, { x: 1, y: 12 }, { x: -1, y: 12 }]));
  expect(sort(footprint([0, 0, 10, 2, 1, 4, 0, 0.5, 0]))).toEqual(sort([{ x: -2, y: 9 }, { x: 2, y: 9 }, { x: 2, y: 11 }, { x: -2, y: 11 }]));
});
