import { classKey, classesOf } from "./classes.ts";
import { project, type Camera } from "./camera.ts";
import type { Box, Mark } from "./types.ts";

/** The marks of one picture as files. */

export interface MarkedPicture {
  name: string;
  width: number;
  height: number;
  marks: readonly Mark[];
  /** For boxes in space. */
  camera: Camera;
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Every mark relative to the sides and in pixels, with all that the answer says of it. */
export function toJson({ name, width, height, marks, camera }: MarkedPicture): string {
  const hasSpace = marks.some(({ kind }) => kind === "box3d");
  const value = {
    picture: { name, width, height, ...(hasSpace && { camera }) },
    marks: marks.map((mark) => ({
      kind: mark.kind,
      label: mark.label,
      ...placeOf(mark, { width, height, camera }),
      ...(mark.attributes.length > 0 && { attributes: Object.fromEntries(mark.attributes.map(({ key, value: text }) => [key, text])) }),
      ...(mark.time !== undefined && { time: mark.time }),
    })),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

function placeOf(mark: Mark, { width, height, camera }: { width: number; height: number; camera: Camera }): object {
  switch (mark.kind) {
    case "box":
    case "text": {
      const { x1, y1, x2, y2 } = mark.box;
      const corners = [x1, y1, x2, y2];
      return { normalized: corners.map((value) => round(value, 5)), pixels: [x1 * width, y1 * height, x2 * width, y2 * height].map((value) => round(value, 1)) };
    }
    case "point":
      return { normalized: [round(mark.point.x, 5), round(mark.point.y, 5)], pixels: [round(mark.point.x * width, 1), round(mark.point.y * height, 1)] };
    case "box3d":
      return { bbox_3d: mark.values, pixels: project(mark.values, camera)?.map(({ x, y }) => [round(x, 1), round(y, 1)]) ?? null };
  }
}

/**
 * COCO (https://cocodataset.org/#format-data): boxes as [x, y, width, height] in pixels, points as one keypoint. A box in space is
 * the rectangle around its projection, and none where it cannot be seen.
 */
export function toCoco({ name, width, height, marks, camera }: MarkedPicture): string {
  const classes = classesOf(marks);
  const ids = new Map(classes.map(({ key }, index) => [key, index + 1]));
  const annotations = marks.flatMap((mark) => {
    const box = boxOf(mark, { width, height, camera });
    if (!box) return [];
    const rectangle = [box.x1 * width, box.y1 * height, (box.x2 - box.x1) * width, (box.y2 - box.y1) * height].map((value) => round(value, 1));
    const attributes = Object.fromEntries(mark.attributes.map(({ key, value }) => [key, value]));
    return {
      image_id: 1,
      category_id: ids.get(classKey(mark)) ?? 0,
      bbox: rectangle,
      area: round((rectangle[2] ?? 0) * (rectangle[3] ?? 0), 1),
      iscrowd: 0,
      ...(mark.kind === "point" && { keypoints: [rectangle[0], rectangle[1], 2], num_keypoints: 1 }),
      attributes: mark.kind === "text" ? { text: mark.label, ...attributes } : attributes,
    };
  });
  const value = {
    images: [{ id: 1, file_name: name, width, height }],
    categories: classes.map(({ key, label, kind }) => ({
      id: ids.get(key),
      name: kind === "text" ? "text" : label === "" ? "object" : label,
      ...(kind === "point" && { keypoints: ["point"], skeleton: [] }),
    })),
    annotations: annotations.map((annotation, index) => ({ id: index + 1, ...annotation })),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

function boxOf(mark: Mark, { width, height, camera }: { width: number; height: number; camera: Camera }): Box | undefined {
  switch (mark.kind) {
    case "box":
    case "text":
      return mark.box;
    case "point":
      return { x1: mark.point.x, y1: mark.point.y, x2: mark.point.x, y2: mark.point.y };
    case "box3d": {
      const corners = project(mark.values, camera);
      if (!corners) return undefined;
      const clamp = (value: number) => Math.min(Math.max(value, 0), 1);
      const xs = corners.map(({ x }) => clamp(x / width));
      const ys = corners.map(({ y }) => clamp(y / height));
      return { x1: Math.min(...xs), y1: Math.min(...ys), x2: Math.max(...xs), y2: Math.max(...ys) };
    }
  }
}

/** "photo.jpg" becomes "photo-marks.png". */
export function fileName(name: string, ending: string): string {
  return `${name.replace(/\.[a-z0-9]{1,5}$/i, "") || "picture"}-${ending}`;
}
