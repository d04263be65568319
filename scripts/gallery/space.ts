import { ellipse, polygon, rect, svg, text } from "./svg.ts";

/** Scenes with real perspective: what is drawn is computed with a camera of 60 degrees, so that sizes in metres mean something. */

type Place = readonly [x: number, y: number, z: number];

/** Of a camera that looks along z, with y down; half of the field of view is 30 degrees. */
function project([x, y, z]: Place, { width, height }: { width: number; height: number }): readonly [number, number] {
  const focal = width / 2 / Math.tan(Math.PI / 6);
  return [width / 2 + (focal * x) / z, height * 0.42 + (focal * y) / z];
}

interface ParkedCar {
  x: number;
  z: number;
  color: string;
  /** Radians. */
  turn: number;
  /** Metres. */
  length?: number;
  height?: number;
}

const shade = (color: string, factor: number) => `#${[1, 3, 5].map((at) => Math.min(255, Math.round(Number.parseInt(color.slice(at, at + 2), 16) * factor)).toString(16).padStart(2, "0")).join("")}`;

/** A car park with five cars, seen from a man's height. */
export function parking(): string {
  const size = { width: 1280, height: 800 };
  const ground = 1.6;
  const at = (place: Place) => project(place, size);
  const flat = (points: readonly Place[], fill: string) => polygon(points.map(at), fill);

  const car = ({ x, z, color, turn, length = 4.3, height = 1.45 }: ParkedCar): string => {
    const width = 1.8;
    const local = (along: number, up: number, across: number): Place => [x + along * Math.cos(turn) - across * Math.sin(turn), ground - up, z + along * Math.sin(turn) + across * Math.cos(turn)];
    const half = length / 2;
    const body = [[-half, 0.35], [half, 0.35], [half, 0.75], [half - 0.9, 0.9], [half - 1.5, height], [-half + 0.7, height], [-half + 0.1, 0.95], [-half, 0.6]] as const;
    const face = (across: number, scale = 1) => body.map(([along, up]) => local(along * scale, up, across));
    const sides = body.map(([along, up], index) => {
      const [nextAlong, nextUp] = body[(index + 1) % body.length] ?? body[0];
      const points: Place[] = [local(along, up, -width / 2), local(nextAlong, nextUp, -width / 2), local(nextAlong, nextUp, width / 2), local(along, up, width / 2)];
      const isGlass = index === 3 || index === 5;
      return { points, fill: isGlass ? "#cfe6f2" : shade(color, index === 4 ? 1.12 : 0.86) };
    });
    const window = (across: number) => [[half - 1.25, 0.95], [half - 1.62, height - 0.1], [-half + 0.8, height - 0.1], [-half + 0.4, 0.98]].map(([along = 0, up = 0]) => local(along, up, across));
    const door = (across: number) => [[0.05, 0.42], [0.1, 0.42], [0.1, height - 0.1], [0.05, height - 0.1]].map(([along = 0, up = 0]) => local(along, up, across));
    const wheel = (along: number, across: number, radius: number) => Array.from({ length: 20 }, (_, k) => local(along + radius * Math.cos((k * Math.PI) / 10), 0.33 + radius * Math.sin((k * Math.PI) / 10), across));
    const faces: { points: Place[]; fill: string; side?: number }[] = [
      ...sides,
      ...[-1, 1].map((side) => ({ points: face((side * width) / 2), fill: color, side })),
    ];
    const depth = (points: readonly Place[]) => points.reduce((sum, [px, , pz]) => sum + Math.hypot(px, pz), 0) / points.length;
    // Painter's algorithm: what is farther away is drawn first.
    const drawn = faces
      .map((it) => ({ ...it, depth: depth(it.points) }))
      .sort((a, b) => b.depth - a.depth)
      .map((it) => {
        if (it.side === undefined) return flat(it.points, it.fill);
        const across = (it.side * width) / 2;
        const wheels = [-half + 0.85, half - 0.85].map((along) => flat(wheel(along, across * 1.01, 0.34), "#2b2f36") + flat(wheel(along, across * 1.02, 0.18), "#c9ced6")).join("");
        return flat(it.points, it.fill) + flat(window(across * 1.005), "#bcd8e6") + flat(door(across * 1.01), shade(color, 0.8)) + wheels;
      });
    const [shadowX, shadowY] = at([x, ground, z]);
    const [edge] = at([x + half, ground, z]);
    const bumper = flat([local(half + 0.01, 0.55, -0.75), local(half + 0.01, 0.72, -0.75), local(half + 0.01, 0.72, -0.4), local(half + 0.01, 0.55, -0.4)], "#fff3b0") + flat([local(half + 0.01, 0.55, 0.75), local(half + 0.01, 0.72, 0.75), local(half + 0.01, 0.72, 0.4), local(half + 0.01, 0.55, 0.4)], "#fff3b0");
    const facesUs = depth([local(half, 0.5, 0)]) < depth([local(-half, 0.5, 0)]);
    return ellipse(shadowX, shadowY, (edge - shadowX) * 1.05, Math.abs(edge - shadowX) * 0.16, "#000", { opacity: 0.2 }) + drawn.join("") + (facesUs ? bumper : "");
  };

  const bay = (x: number) => flat([[x - 0.06, ground, 7], [x + 0.06, ground, 7], [x + 0.06, ground, 12.4], [x - 0.06, ground, 12.4]], "#f1f0ea");
  const wall = flat([[-22, ground, 24], [22, ground, 24], [22, ground - 4.2, 24], [-22, ground - 4.2, 24]], "#c98f6b");
  const cars: readonly ParkedCar[] = [
    { x: -7.2, z: 18, color: "#f3f3ef", turn: 0.15, length: 4.9, height: 2.1 },
    { x: 6.8, z: 17.5, color: "#3f8f5f", turn: -0.25 },
    { x: -3.9, z: 9.8, color: "#d64545", turn: -Math.PI / 2 },
    { x: 0.1, z: 9.9, color: "#3f7cac", turn: -Math.PI / 2 + 0.12 },
    { x: 4, z: 9.6, color: "#f4c430", turn: Math.PI / 2 - 0.05 },
  ];
  return svg(
    size.width,
    size.height,
    rect(0, 0, 1280, 800, "#d4e8f2"),
    rect(0, 336, 1280, 464, "#7b818a"),
    wall,
    ...[-16, -10, -4, 2, 8, 14].map((x) => flat([[x, ground - 1.4, 23.9], [x + 3, ground - 1.4, 23.9], [x + 3, ground - 3.2, 23.9], [x, ground - 3.2, 23.9]], "#bcd8e6")),
    ...[-6, -2, 2, 6].map(bay),
    ...cars.map(car),
    text(1256, 784, "Camera: field of view 60°", { size: 18, anchor: "end", fill: "#f1f0ea" }),
  );
}

const plan = ["#########", "#...#...#", "#.#.#.#.#", "#.#...#.#", "#.#####.#", "#.......#", "#########"];
const wallColors = ["#c98f6b", "#8fb0a9", "#c9a3b4", "#8aa4c8"];

/** Where one stands and looks at a time of the walk: along straight stretches, turning at corners. Seconds; radians. */
function walk(time: number): { x: number; y: number; angle: number } {
  const corners = [[1.5, 5.5], [1.5, 1.5], [3.5, 1.5], [3.5, 3.5], [5.5, 3.5], [5.5, 1.5], [7.5, 1.5], [7.5, 4.2]] as const;
  const turning = 0.7;
  const speed = 2.6;
  let left = time;
  for (let index = 0; index + 1 < corners.length; index += 1) {
    const [fromX, fromY] = corners[index] ?? [0, 0];
    const [toX, toY] = corners[index + 1] ?? [0, 0];
    const [nextX, nextY] = corners[index + 2] ?? [toX, toY];
    const heading = Math.atan2(toY - fromY, toX - fromX);
    const length = Math.hypot(toX - fromX, toY - fromY);
    if (left <= length / speed) return { x: fromX + (Math.cos(heading) * left * speed), y: fromY + Math.sin(heading) * left * speed, angle: heading };
    left -= length / speed;
    const next = Math.atan2(nextY - toY, nextX - toX);
    const turn = Math.atan2(Math.sin(next - heading), Math.cos(next - heading));
    if (left <= turning) return { x: toX, y: toY, angle: heading + turn * (left / turning) ** 2 * (3 - (2 * left) / turning) };
    left -= turning;
  }
  const [x, y] = corners.at(-1) ?? [0, 0];
  return { x, y, angle: Math.PI / 2 };
}

/** A walk through corridors at a time in seconds, 640×400. */
export function corridorAt(time: number): string {
  const [width, height, column] = [640, 400, 2];
  const { x, y, angle } = walk(time);
  const strips = Array.from({ length: width / column }, (_, index) => {
    const offset = Math.atan(((index + 0.5) * column - width / 2) / (width / 2 / Math.tan(0.58)));
    const { distance, side, place, cell } = cast(x, y, angle + offset);
    const tall = Math.min(height * 4, height / (distance * Math.cos(offset)));
    const light = Math.max(0.35, 1.15 - distance * 0.14) * (side ? 1 : 0.86);
    const top = height / 2 - tall / 2;
    const isDoor = cell % 3 === 0 && place > 0.3 && place < 0.7;
    const base = rect(index * column, top, column + 0.5, tall, shade(wallColors[cell % wallColors.length] ?? "#888888", light));
    const door = isDoor ? rect(index * column, top + tall * 0.28, column + 0.5, tall * 0.72, shade(place > 0.62 && place < 0.66 ? "#d9c9a0" : "#6b4a35", light)) : "";
    const skirting = rect(index * column, top + tall * 0.95, column + 0.5, tall * 0.05, shade("#f4efe4", light));
    return base + door + skirting;
  });
  return svg(width, height, rect(0, 0, width, height / 2, "#efe9dc"), rect(0, height / 2, width, height / 2, "#a67d52"), ...strips);
}

/** The wall that a ray from (x, y) meets first. */
function cast(x: number, y: number, angle: number): { distance: number; side: boolean; place: number; cell: number } {
  const step = 0.004;
  const [dx, dy] = [Math.cos(angle) * step, Math.sin(angle) * step];
  for (let count = 1; count < 4000; count += 1) {
    const [px, py] = [x + dx * count, y + dy * count];
    if (plan[Math.floor(py)]?.[Math.floor(px)] !== "#") continue;
    const side = Math.floor(px - dx) !== Math.floor(px);
    const along = side ? py : px;
    return { distance: count * step, side, place: along - Math.floor(along), cell: Math.floor(px) * 3 + Math.floor(py) * 5 };
  }
  return { distance: 16, side: false, place: 0, cell: 1 };
}
