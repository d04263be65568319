import { z } from "zod";

/** What counts as a right answer to a held-out question: the rules of training/expectations.py. */

const shapes = ["circle", "square", "triangle", "star", "diamond", "hexagon", "cross", "ring", "heart"];

/** The intersection over union that a box must reach. */
const minOverlap = 0.5;

/** Left, top, right, bottom, from 0 to 1000. */
const boxSchema = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const labeledBoxSchema = z.object({ box: boxSchema, label: z.string() });
const answeredBoxesSchema = z.array(z.object({ bbox_2d: boxSchema, label: z.string() }));

export const expectationSchema = z.union([
  /** The answer is this text. */
  z.object({ exact: z.string() }),
  /** The first number of the answer is this one. */
  z.object({ number: z.number() }),
  /** The answer names these objects, such as "red circle", each as often as it occurs here, and no others. */
  z.object({ all: z.array(z.string()) }),
  /** The answer is a JSON list of exactly these boxes, in any order. */
  z.object({ boxes: z.array(labeledBoxSchema) }),
]);
export type Expectation = z.infer<typeof expectationSchema>;

type Box = z.infer<typeof boxSchema>;
type LabeledBox = z.infer<typeof labeledBoxSchema>;

/** Whether an answer is right. */
export function accepts(expectation: Expectation, answer: string): boolean {
  if ("exact" in expectation) return answer.trim() === expectation.exact;
  if ("number" in expectation) return /\d+/.exec(answer)?.[0] === String(expectation.number);
  if ("all" in expectation) return sameNames(objectNames(answer), expectation.all);
  return sameBoxes(parseBoxes(answer), expectation.boxes);
}

function objectNames(answer: string): string[] {
  return answer.match(new RegExp(`\\b[a-z]+ (?:${shapes.join("|")})\\b`, "g")) ?? [];
}

function sameNames(named: readonly string[], expected: readonly string[]): boolean {
  return [...named].sort().join("\n") === [...expected].sort().join("\n");
}

/** The boxes of an answer in JSON, with or without its fence; undefined where it is malformed. */
function parseBoxes(answer: string): LabeledBox[] | undefined {
  const text = answer.trim().replace(/^```json|```$/g, "");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // not JSON: a wrong answer like any other
  }
  return answeredBoxesSchema.safeParse(value).data?.map(({ bbox_2d, label }) => ({ box: bbox_2d, label }));
}

function sameBoxes(answered: LabeledBox[] | undefined, expected: readonly LabeledBox[]): boolean {
  if (answered?.length !== expected.length) return false;
  const remaining = [...answered];
  return expected.every((box) => {
    const match = remaining.findIndex((other) => other.label === box.label && intersectionOverUnion(other.box, box.box) >= minOverlap);
    if (match >= 0) remaining.splice(match, 1);
    return match >= 0;
  });
}

function intersectionOverUnion(a: Box, b: Box): number {
  const width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
  const height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const intersection = width * height;
  return intersection / (area(a) + area(b) - intersection + 1e-9);
}

function area([left, top, right, bottom]: Box): number {
  return (right - left) * (bottom - top);
}
