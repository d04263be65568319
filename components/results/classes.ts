import { classColor } from "./palette.ts";
import type { Box, Mark, Point } from "./types.ts";

/** Marks of one name and kind: a line of the legend. */
export interface MarkClass {
  key: string;
  label: string;
  kind: Mark["kind"];
  color: string;
  count: number;
}

/** All spotted text is one class: each line says something else. Upper and lower case are one name. */
export function classKey(mark: Mark): string {
  return mark.kind === "text" ? "text" : `${mark.kind} ${mark.label.toLowerCase()}`;
}

/** The classes of some marks, in the order in which the answer names them; each has the same colour on all its pictures. */
export function classesOf(marks: readonly Mark[], answer: readonly Mark[] = marks): MarkClass[] {
  const classes = new Map<string, MarkClass>();
  for (const mark of answer) {
    const key = classKey(mark);
    if (!classes.has(key)) classes.set(key, { key, label: mark.kind === "text" ? "" : mark.label, kind: mark.kind, color: classColor(classes.size), count: 0 });
  }
  for (const mark of marks) {
    const entry = classes.get(classKey(mark));
    if (entry) entry.count++;
  }
  return [...classes.values()].filter(({ count }) => count > 0);
}

/** Points are numbered, on each picture from 1. */
export function numberPoints(marks: readonly Mark[]): ReadonlyMap<string, number> {
  const counts = new Map<number, number>();
  const numbers = new Map<string, number>();
  for (const { id, kind, medium } of marks) {
    if (kind !== "point") continue;
    const number = (counts.get(medium) ?? 0) + 1;
    counts.set(medium, number);
    numbers.set(id, number);
  }
  return numbers;
}

/** All keys of further attributes, in the order in which they first occur. */
export function attributeKeys(marks: readonly Mark[]): string[] {
  return [...new Set(marks.flatMap(({ attributes }) => attributes.map(({ key }) => key)))];
}

/** Where a mark lies, in thousandths of the sides: "105, 220, 340, 610". In metres for a box in space. */
export function placeText(mark: Mark): string {
  const thousandths = (values: readonly number[]) => values.map((value) => Math.round(value * 1000)).join(", ");
  switch (mark.kind) {
    case "box":
    case "text":
      return thousandths([mark.box.x1, mark.box.y1, mark.box.x2, mark.box.y2]);
    case "point":
      return thousandths([mark.point.x, mark.point.y]);
    case "box3d":
      return mark.values.slice(0, 3).map((value) => value.toFixed(1)).join(", ");
  }
}

/** The part of the picture that a mark takes; undefined for one in space. */
export function extentOf(mark: Mark): Box | undefined {
  switch (mark.kind) {
    case "box":
    case "text":
      return mark.box;
    case "point":
      return around(mark.point);
    case "box3d":
      return undefined;
  }
}

function around({ x, y }: Point): Box {
  return { x1: x, y1: y, x2: x, y2: y };
}
