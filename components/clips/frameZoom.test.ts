import { expect, it } from "vitest";
import { panFrame, wholeFrame, zoomFrame } from "./frameZoom.ts";

it("keeps what lies under the fingers in its place", () => {
  const at = { x: 0.25, y: 0.75 };
  const zoomed = zoomFrame(wholeFrame, 2, at);
  expect(zoomed).toEqual({ scale: 2, x: -0.25, y: -0.75 });
  // The place on the picture, before and after.
  expect((at.x - zoomed.x) / zoomed.scale).toBe(at.x);
  expect(zoomFrame(zoomed, 0.5, at)).toEqual(wholeFrame);
});

it("neither leaves a gap nor grows beyond bounds", () => {
  expect(zoomFrame(wholeFrame, 0.1)).toEqual(wholeFrame);
  expect(zoomFrame(wholeFrame, 1000).scale).toBe(8);
  expect(panFrame({ scale: 2, x: -0.5, y: -0.5 }, { x: 3, y: -3 })).toEqual({ scale: 2, x: 0, y: -1 });
  expect(panFrame(wholeFrame, { x: 0.3, y: 0.3 })).toEqual(wholeFrame);
});
