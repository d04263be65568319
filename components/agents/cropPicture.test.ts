import { describe, expect, it } from "vitest";
import { planCrop } from "./cropPicture.ts";

const size = { width: 2000, height: 1000 };

describe("planCrop", () => {
  it("cuts a large region at its own resolution", () => {
    expect(planCrop({ x1: 0.1, y1: 0.2, x2: 0.6, y2: 0.9 }, size)).toEqual({ left: 200, top: 200, width: 1000, height: 700, drawnWidth: 1000, drawnHeight: 700 });
  });

  it("enlarges a small one, so that it has 256 visual tokens", () => {
    const plan = planCrop({ x1: 0.5, y1: 0.5, x2: 0.6, y2: 0.6 }, size);
    expect(plan).toMatchObject({ left: 1000, top: 500, width: 200, height: 100 });
    expect(plan.drawnWidth * plan.drawnHeight).toBeGreaterThanOrEqual(0.99 * 512 ** 2);
    expect(plan.drawnWidth / plan.drawnHeight).toBeCloseTo(2, 1);
  });

  it("lets a point grow around its middle, within the picture", () => {
    expect(planCrop({ x1: 0.5, y1: 0.5, x2: 0.5, y2: 0.5 }, size)).toMatchObject({ left: 984, top: 484, width: 32, height: 32 });
    expect(planCrop({ x1: 1, y1: 0, x2: 1, y2: 0 }, size)).toMatchObject({ left: 1968, top: 0, width: 32, height: 32 });
    expect(planCrop({ x1: 0, y1: 0, x2: 1, y2: 1 }, { width: 10, height: 4 })).toMatchObject({ left: 0, top: 0, width: 10, height: 4 });
  });
});
