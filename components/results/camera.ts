import type { Box3dValues, Point } from "./types.ts";

/** Boxes in space as Qwen3-VL's 3D grounding cookbook draws them: projected with a pinhole camera that looks along z, with x to the right and y down. */

/** In pixels of the picture. */
export interface Camera {
  fx: number;
  fy: number;
  cx: number;
  cy: number;
}

/** Degrees, where an answer comes without camera parameters. */
export const defaultFov = 60;

/** The camera of a picture of which only the field of view (degrees, on each side) is known. */
export function cameraOfFov({ width, height }: { width: number; height: number }, fov: number): Camera {
  const tangent = 2 * Math.tan((fov * Math.PI) / 360);
  return { fx: width / tangent, fy: height / tangent, cx: width / 2, cy: height / 2 };
}

export type Vector = readonly [x: number, y: number, z: number];

/** The eight corners in the camera's frame (metres); bit 2 of the index is the sign along x, bit 1 along y, bit 0 along z. */
export function cornersInSpace([x, y, z, sx, sy, sz, ...angles]: Box3dValues): Vector[] {
  const [pitch, yaw, roll] = toRadians(angles);
  return Array.from({ length: 8 }, (_, index) => {
    const local: Vector = [index & 4 ? -sx / 2 : sx / 2, index & 2 ? -sy / 2 : sy / 2, index & 1 ? -sz / 2 : sz / 2];
    const [dx, dy, dz] = rotateZ(rotateY(rotateX(local, pitch), yaw), roll);
    return [x + dx, y + dy, z + dz];
  });
}

/** The cookbook's drawing code takes the three values as pitch, yaw and roll, multiplies them by 180 and reads them as degrees. */
function toRadians(values: readonly number[]): [number, number, number] {
  const [pitch = 0, yaw = 0, roll = 0] = values.map((value) => value * Math.PI);
  return [pitch, yaw, roll];
}

function rotateX([x, y, z]: Vector, angle: number): Vector {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [x, y * cos - z * sin, y * sin + z * cos];
}

function rotateY([x, y, z]: Vector, angle: number): Vector {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [x * cos + z * sin, y, z * cos - x * sin];
}

function rotateZ([x, y, z]: Vector, angle: number): Vector {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [x * cos - y * sin, x * sin + y * cos, z];
}

/** Pairs of corners that an edge joins: those that differ in one sign. */
export const edges: readonly (readonly [number, number])[] = Array.from({ length: 8 }, (_, index) => index).flatMap((index) =>
  [1, 2, 4].filter((bit) => (index & bit) === 0).map((bit) => [index, index | bit] as const),
);

/** The corners on the picture (pixels); undefined where one of them is behind the camera. */
export function project(values: Box3dValues, { fx, fy, cx, cy }: Camera): Point[] | undefined {
  const corners = cornersInSpace(values);
  if (corners.some(([, , z]) => !(z > 0))) return undefined;
  return corners.map(([x, y, z]) => ({ x: (fx * x) / z + cx, y: (fy * y) / z + cy }));
}

/** What a box covers seen from above: a convex outline of points to the right (x) and ahead (y), in metres. */
export function footprint(values: Box3dValues): Point[] {
  return convexHull(cornersInSpace(values).map(([x, , z]) => ({ x, y: z })));
}

/** Andrew's monotone chain. */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const half = (list: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of list) {
      for (;;) {
        const [a, b] = chain.slice(-2);
        if (!a || !b || (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) > 1e-9) break;
        chain.pop();
      }
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}
