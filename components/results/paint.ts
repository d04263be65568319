import { edges, project, type Camera } from "./camera.ts";
import { edgeColor } from "./palette.ts";
import type { Box, Mark, Point } from "./types.ts";

export interface PaintOptions {
  colorOf: (mark: Mark) => string;
  numberOf: (mark: Mark) => number | undefined;
  camera: Camera;
}

/** The picture with its marks, in the pixels of the original. @throws DOMException or TypeError where the picture cannot be read. */
export async function paintMarks(picture: Blob, marks: readonly Mark[], options: PaintOptions): Promise<Blob> {
  const bitmap = await createImageBitmap(picture, { imageOrientation: "from-image" });
  try {
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext("2d");
    if (!context) throw new TypeError("This browser cannot draw.");
    context.drawImage(bitmap, 0, 0);
    const painter = new Painter(context, bitmap, options);
    for (const mark of marks) painter.paint(mark);
    return await canvas.convertToBlob({ type: "image/png" });
  } finally {
    bitmap.close();
  }
}

class Painter {
  readonly #context: OffscreenCanvasRenderingContext2D;
  readonly #size: { width: number; height: number };
  readonly #options: PaintOptions;
  /** Lines and letters are as large on every picture, when it is shown as a whole. */
  readonly #unit: number;

  constructor(context: OffscreenCanvasRenderingContext2D, { width, height }: { width: number; height: number }, options: PaintOptions) {
    this.#context = context;
    this.#size = { width, height };
    this.#options = options;
    this.#unit = Math.max(Math.min(width, height) / 500, 0.75);
    context.font = `600 ${Math.round(12 * this.#unit)}px system-ui, sans-serif`;
    context.textBaseline = "middle";
    context.lineJoin = "round";
  }

  paint(mark: Mark): void {
    const color = this.#options.colorOf(mark);
    switch (mark.kind) {
      case "box":
        this.#box(mark.box, color, 2.5);
        this.#name(mark.label, { x: mark.box.x1, y: mark.box.y1 }, color);
        break;
      case "text":
        this.#box(mark.box, color, 1.5);
        break;
      case "point":
        this.#point(mark.point, color, String(this.#options.numberOf(mark) ?? ""));
        break;
      case "box3d": {
        const corners = project(mark.values, this.#options.camera);
        if (!corners) return;
        const path = new Path2D();
        for (const [from, to] of edges) {
          const [start, end] = [corners[from], corners[to]];
          if (!start || !end) continue;
          path.moveTo(start.x, start.y);
          path.lineTo(end.x, end.y);
        }
        this.#stroke(path, color, 2);
      }
    }
  }

  #stroke(path: Path2D, color: string, width: number): void {
    this.#context.strokeStyle = edgeColor;
    this.#context.lineWidth = (width + 2) * this.#unit;
    this.#context.stroke(path);
    this.#context.strokeStyle = color;
    this.#context.lineWidth = width * this.#unit;
    this.#context.stroke(path);
  }

  #box({ x1, y1, x2, y2 }: Box, color: string, width: number): void {
    const path = new Path2D();
    path.rect(x1 * this.#size.width, y1 * this.#size.height, (x2 - x1) * this.#size.width, (y2 - y1) * this.#size.height);
    this.#stroke(path, color, width);
  }

  #point({ x, y }: Point, color: string, number: string): void {
    const path = new Path2D();
    const [left, top] = [x * this.#size.width, y * this.#size.height];
    path.arc(left, top, 10 * this.#unit, 0, 2 * Math.PI);
    this.#stroke(path, color, 1);
    this.#context.fillStyle = color;
    this.#context.fill(path);
    this.#context.fillStyle = edgeColor;
    this.#context.textAlign = "center";
    this.#context.fillText(number, left, top);
  }

  #name(label: string, { x, y }: Point, color: string): void {
    if (label === "") return;
    const height = 18 * this.#unit;
    const width = this.#context.measureText(label).width + 8 * this.#unit;
    const left = Math.min(x * this.#size.width, Math.max(this.#size.width - width, 0));
    const top = Math.max(y * this.#size.height - height, 0);
    this.#context.fillStyle = color;
    this.#context.fillRect(left, top, width, height);
    this.#context.fillStyle = edgeColor;
    this.#context.textAlign = "left";
    this.#context.fillText(label, left + 4 * this.#unit, top + height / 2);
  }
}
