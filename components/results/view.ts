import type { Box, Point } from "./types.ts";

/** Which part of a picture is seen: at `scale` screen pixels a pixel of it, with its upper left corner at (x, y) of the stage. */
export interface View extends Point {
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

/** Screen pixels around the picture when it is shown as a whole. */
const margin = 12;
/** Times the size at which a picture fits, and at least this many screen pixels a pixel. */
const largest = 8;
const nearest = 4;

/** The whole picture in the middle, never larger than four times its size. */
export function fitView(picture: Size, stage: Size): View {
  const scale = Math.min(Math.max(stage.width - 2 * margin, 1) / picture.width, Math.max(stage.height - 2 * margin, 1) / picture.height, 4);
  return { scale, x: (stage.width - picture.width * scale) / 2, y: (stage.height - picture.height * scale) / 2 };
}

/** Scaled by `factor` so that what lies under `at` (stage) stays there. */
export function zoomView(view: View, factor: number, at: Point, limits: { picture: Size; stage: Size }): View {
  const fit = fitView(limits.picture, limits.stage).scale;
  const scale = Math.min(Math.max(view.scale * factor, Math.min(fit, view.scale)), Math.max(fit * largest, nearest));
  const ratio = scale / view.scale;
  return keepInSight({ scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio }, limits);
}

export function panView(view: View, by: Point, limits: { picture: Size; stage: Size }): View {
  return keepInSight({ ...view, x: view.x + by.x, y: view.y + by.y }, limits);
}

/** A part of the picture in the middle of the stage, with some of what is around it. */
export function showBox(box: Box, { picture, stage }: { picture: Size; stage: Size }): View {
  const fit = fitView(picture, stage).scale;
  const width = Math.max((box.x2 - box.x1) * picture.width, 1);
  const height = Math.max((box.y2 - box.y1) * picture.height, 1);
  const scale = Math.min(Math.max(Math.min(stage.width / width, stage.height / height) * 0.5, fit), Math.max(fit * largest, nearest) / 2);
  const x = stage.width / 2 - ((box.x1 + box.x2) / 2) * picture.width * scale;
  const y = stage.height / 2 - ((box.y1 + box.y2) / 2) * picture.height * scale;
  return keepInSight({ scale, x, y }, { picture, stage });
}

/** The part of the picture that is seen, relative to its sides. */
export function visibleBox(view: View, { picture, stage }: { picture: Size; stage: Size }): Box {
  const relative = (at: number, offset: number, side: number) => Math.min(Math.max((at - offset) / (side * view.scale), 0), 1);
  return {
    x1: relative(0, view.x, picture.width),
    y1: relative(0, view.y, picture.height),
    x2: relative(stage.width, view.x, picture.width),
    y2: relative(stage.height, view.y, picture.height),
  };
}

/** Where a place of the stage lies on the picture, relative to its sides, on the picture's edge where it is beside it. */
export function toPicture(at: Point, view: View, picture: Size): Point {
  const clamp = (value: number) => Math.min(Math.max(value, 0), 1);
  return { x: clamp((at.x - view.x) / (picture.width * view.scale)), y: clamp((at.y - view.y) / (picture.height * view.scale)) };
}

/** A side that is smaller than the stage is in its middle; a larger one leaves no gap. */
function keepInSight(view: View, { picture, stage }: { picture: Size; stage: Size }): View {
  const keep = (offset: number, side: number, room: number) =>
    side <= room - 2 * margin ? (room - side) / 2 : Math.min(Math.max(offset, room - side - margin), margin);
  return { scale: view.scale, x: keep(view.x, picture.width * view.scale, stage.width), y: keep(view.y, picture.height * view.scale, stage.height) };
}
