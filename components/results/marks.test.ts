import { expect, test } from "vitest";
import { cameraOfFov } from "./camera.ts";
import { attributeKeys, classesOf, numberPoints, placeText } from "./classes.ts";
import { cropRectangle } from "./cropPicture.ts";
import { fileName, toCoco, toJson } from "./exports.ts";
import { parseResults } from "./parse/parse.ts";
import { textInReadingOrder } from "./readingOrder.ts";

const large = { kind: "image", width: 2000, height: 1000 } as const;
const media = [large, { kind: "image", width: 100, height: 100 } as const];
const marksOf = (answer: string) => parseResults(answer, { media, complete: true }).marks;
const marks = marksOf(
  '[{"bbox_2d": [100, 200, 300, 400], "label": "Cup", "color": "red"}, {"bbox_2d": [500, 500, 600, 600], "label": "cup", "size": 2}, {"point_2d": [250, 500], "label": "handle"}, {"bbox_2d": [0, 0, 10, 10], "label": "spoon", "img_idx": 1}, {"point_2d": [1, 1], "img_idx": 1}]',
);

test("classes have their counts, and the same colour on every picture", () => {
  const all = classesOf(marks);
  expect(all.map(({ label, kind, count }) => [label, kind, count])).toEqual([["Cup", "box", 2], ["handle", "point", 1], ["spoon", "box", 1], ["", "point", 1]]);
  const second = classesOf(marks.filter(({ medium }) => medium === 1), marks);
  expect(second.map(({ color, count }) => [color, count])).toEqual([[all[2]?.color, 1], [all[3]?.color, 1]]);
  expect([...numberPoints(marks).values()]).toEqual([1, 1]);
  expect(attributeKeys(marks)).toEqual(["color", "size", "img_idx"]);
  expect(marks.slice(0, 3).map(placeText)).toEqual(["100, 200, 300, 400", "500, 500, 600, 600", "250, 500"]);
});

const picture = { name: "table.jpg", width: 2000, height: 1000, marks: marks.slice(0, 3), camera: cameraOfFov(large, 60) };

test("JSON has every mark relative to the sides and in pixels", () => {
  expect(JSON.parse(toJson(picture))).toEqual({
    picture: { name: "table.jpg", width: 2000, height: 1000 },
    marks: [
      { kind: "box", label: "Cup", normalized: [0.1, 0.2, 0.3, 0.4], pixels: [200, 200, 600, 400], attributes: { color: "red" } },
      { kind: "box", label: "cup", normalized: [0.5, 0.5, 0.6, 0.6], pixels: [1000, 500, 1200, 600], attributes: { size: "2" } },
      { kind: "point", label: "handle", normalized: [0.25, 0.5], pixels: [500, 500] },
    ],
  });
});

test("COCO has boxes as corner and size in pixels, points as keypoints", () => {
  expect(JSON.parse(toCoco(picture))).toEqual({
    images: [{ id: 1, file_name: "table.jpg", width: 2000, height: 1000 }],
    categories: [{ id: 1, name: "Cup" }, { id: 2, name: "handle", keypoints: ["point"], skeleton: [] }],
    annotations: [
      { id: 1, image_id: 1, category_id: 1, bbox: [200, 200, 400, 200], area: 80_000, iscrowd: 0, attributes: { color: "red" } },
      { id: 2, image_id: 1, category_id: 1, bbox: [1000, 500, 200, 100], area: 20_000, iscrowd: 0, attributes: { size: "2" } },
      { id: 3, image_id: 1, category_id: 2, bbox: [500, 500, 0, 0], area: 0, iscrowd: 0, keypoints: [500, 500, 2], num_keypoints: 1, attributes: {} },
    ],
  });
});

test("a box in space is exported as the rectangle around it, and not where it cannot be seen", () => {
  const inSpace = marksOf('[{"bbox_3d": [0, 0, 10, 2, 2, 2, 0, 0, 0], "label": "car"}, {"bbox_3d": [0, 0, -10, 2, 2, 2, 0, 0, 0], "label": "car"}]');
  const coco: unknown = JSON.parse(toCoco({ ...picture, marks: inSpace, camera: { fx: 900, fy: 900, cx: 1000, cy: 500 } }));
  expect(coco).toMatchObject({ annotations: [{ bbox: [900, 400, 200, 200] }] });
  expect(JSON.parse(toJson({ ...picture, marks: inSpace }))).toMatchObject({ marks: [{ bbox_3d: [0, 0, 10, 2, 2, 2, 0, 0, 0] }, { pixels: null }] });
});

test("spotted text is copied as it is read", () => {
  const texts = marksOf(
    '[{"bbox_2d": [500, 105, 900, 150], "text_content": "right"}, {"bbox_2d": [100, 300, 900, 350], "text_content": "below"}, {"bbox_2d": [100, 100, 400, 150], "text_content": "left"}]',
  ).filter((mark) => mark.kind === "text");
  expect(textInReadingOrder(texts)).toBe("left right\nbelow");
});

test("a part is cut out in whole pixels within the picture", () => {
  expect(cropRectangle({ x1: 0.1, y1: 0.2, x2: 0.3, y2: 0.4 }, large)).toEqual({ x: 200, y: 200, width: 400, height: 200 });
  expect(cropRectangle({ x1: 0.999, y1: 0.5, x2: 1, y2: 0.5 }, large)).toEqual({ x: 1992, y: 500, width: 8, height: 8 });
});

test("files are named after their picture", () => {
  expect([fileName("photo.jpeg", "marks.png"), fileName("v1.2 draft", "coco.json"), fileName(".png", "marks.png")]).toEqual(["photo-marks.png", "v1.2 draft-coco.json", "picture-marks.png"]);
});
