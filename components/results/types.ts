/**
 * What can be shown of an answer beside its words. Everything names the part of the answer that it stands in, so that a
 * sentence, a row and a mark can point at each other.
 */

/** Characters of the answer, the end not included. */
export interface TextRange {
  start: number;
  end: number;
}

/** Relative to the picture's or frame's sides, from 0 to 1; x1 ≤ x2 and y1 ≤ y2. */
export interface Box {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

export interface Point {
  x: number;
  y: number;
}

/** Metres in the camera's frame (x right, y down, z forward) and angles as the model writes them: [x, y, z, sx, sy, sz, pitch, yaw, roll]. */
export type Box3dValues = readonly [number, number, number, number, number, number, number, number, number];

interface MarkBase {
  /** Unique within the answer and stable while it grows: its place in reading order. */
  id: string;
  range: TextRange;
  /** What it is called in the legend; "" where the answer gives no name. */
  label: string;
  /** The other keys of its object, in their order. */
  attributes: readonly { key: string; value: string }[];
  /** Which of the pictures or clips of the question it lies on, from 0; 0 where the answer does not say. */
  medium: number;
  /** Seconds, on a clip. */
  time?: number;
}

export type Mark =
  | (MarkBase & { kind: "box"; box: Box })
  | (MarkBase & { kind: "point"; point: Point })
  | (MarkBase & { kind: "box3d"; values: Box3dValues })
  /** Spotted text: `label` is the text. */
  | (MarkBase & { kind: "text"; box: Box });

/** Seconds. */
export interface ClipEvent {
  id: string;
  range: TextRange;
  start: number;
  end: number;
  text: string;
  /** Which of the media of the question it is about; absent where there are several clips and the answer does not say. */
  medium?: number;
}

/** A page that was turned into HTML or Markdown with the places of its parts. */
export interface PageDocument {
  range: TextRange;
  format: "html" | "markdown";
  source: string;
  parts: readonly { id: string; kind: string; box: Box; range: TextRange }[];
}

/** One step of a phone or computer agent; shown, never executed. */
export interface AgentAction {
  id: string;
  range: TextRange;
  device: "mobile" | "computer";
  action: string;
  thought: string;
  /** Where it clicks, and where a swipe or drag ends. */
  from?: Point;
  to?: Point;
  /** Text, keys, button, seconds, status: what else it says. */
  details: readonly { key: string; value: string }[];
}

/** A request for a tool that the page can run: a part of a picture, enlarged. */
export interface ZoomCall {
  id: string;
  range: TextRange;
  medium: number;
  label: string;
  box: Box;
}

/** A block of code that can be shown as a page or drawing. */
export interface Preview {
  id: string;
  range: TextRange;
  language: "html" | "svg" | "mermaid";
  source: string;
  /** False while it is being written. */
  complete: boolean;
}

export interface Results {
  marks: readonly Mark[];
  events: readonly ClipEvent[];
  document: PageDocument | undefined;
  actions: readonly AgentAction[];
  zooms: readonly ZoomCall[];
  previews: readonly Preview[];
}

export const noResults: Results = { marks: [], events: [], document: undefined, actions: [], zooms: [], previews: [] };
