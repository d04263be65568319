import { circle, ellipse, group, line, path, polygon, rect, svg, text } from "./svg.ts";

/** A street with cars, people, a cyclist and signs; parts of it move in the clip of the crossing. */

export interface Vehicle {
  x: number;
  y: number;
  color: string;
  kind?: "car" | "van" | "taxi";
  /** Drives to the left. */
  left?: boolean;
  scale?: number;
}

const wheel = (x: number) => circle(x, 0, 20, "#2b2f36") + circle(x, 0, 10, "#c9ced6") + circle(x, 0, 3, "#2b2f36");

export function vehicle({ x, y, color, kind = "car", left = false, scale = 1 }: Vehicle): string {
  const shade = ellipse(0, 20, 118, 8, "#000", { opacity: 0.16 });
  const glass = "#cfe6f2";
  const body =
    kind === "van"
      ? path("M-112 0 v-62 q0-34 34-34 h112 q16 0 26 14 l30 42 q18 4 18 22 v18 z", color) + path("M46 -82 h10 q8 0 14 9 l20 29 h-44 z", glass) + rect(-96, -80, 58, 34, glass, { rx: 6 }) + rect(-28, -80, 60, 34, glass, { rx: 6 })
      : path("M-112 0 v-22 q0-16 20-18 l18-2 30-34 q8-10 22-10 h40 q16 0 28 10 l34 32 q30 3 34 18 l2 26 z", color) +
        path("M-62 -42 l24-28 q5-6 14-6 h14 v34 z", glass) +
        path("M0 -42 v-34 h16 q11 0 20 7 l28 27 z", glass) +
        line(-5, -40, -5, -6, "rgb(0 0 0 / 0.18)", 2);
  const roof = kind === "taxi" ? rect(-24, -104, 42, 18, "#fff7d6", { rx: 4, stroke: "#7a5b00", "stroke-width": 2 }) + text(-3, -90, "TAXI", { size: 13, weight: 700, anchor: "middle", fill: "#5d4500" }) : "";
  const lamps = rect(98, -30, 14, 10, "#fff3b0", { rx: 4 }) + rect(-112, -30, 10, 12, "#e5484d", { rx: 3 });
  const mirrored = left ? "scale(-1 1)" : "scale(1 1)";
  return group(`translate(${x} ${y}) scale(${scale})`, shade, group(mirrored, body, lamps, wheel(-66), wheel(66)), left ? "" : roof, left && kind === "taxi" ? group("translate(6 0)", roof) : "");
}

export interface Walker {
  x: number;
  y: number;
  shirt: string;
  trousers: string;
  hair?: string;
  skin?: string;
  scale?: number;
  /** Swing of the legs, -1 to 1. */
  step?: number;
  extra?: string;
}

/** Stands with the feet at (x, y), 150 high. */
export function walker({ x, y, shirt, trousers, hair = "#3b2a20", skin = "#e8b48c", scale = 1, step = 0.4, extra = "" }: Walker): string {
  const swing = 22 * step;
  const leg = (to: number, color: string) => line(0, -66, to, -4, color, 15) + line(to - 2, -2, to + 9, -2, "#2b2f36", 9);
  return group(
    `translate(${x} ${y}) scale(${scale})`,
    ellipse(0, 3, 30, 5, "#000", { opacity: 0.15 }),
    leg(-swing, trousers),
    leg(swing, trousers),
    line(-6, -108, -14 - swing * 0.7, -74, skin, 10),
    rect(-18, -120, 36, 60, shirt, { rx: 14 }),
    line(8, -110, 14 + swing * 0.7, -76, skin, 10),
    line(8, -110, 11 + swing * 0.3, -94, shirt, 12),
    circle(0, -136, 16, skin),
    path("M-17 -136 a17 17 0 0 1 34 -2 q-8 -8 -18 -7 q-10 1 -16 9z", hair),
    extra,
  );
}

export function cyclist(x: number, y: number, turn = 0): string {
  const spoke = (cx: number) => [0, 60, 120].map((angle) => group(`rotate(${angle + turn} ${cx} -34)`, line(cx - 32, -34, cx + 32, -34, "#aab2bd", 2))).join("");
  const tyre = (cx: number) => circle(cx, -34, 34, "none", { stroke: "#2b2f36", "stroke-width": 6 }) + spoke(cx);
  return group(
    `translate(${x} ${y})`,
    ellipse(0, 2, 96, 6, "#000", { opacity: 0.15 }),
    tyre(-58),
    tyre(58),
    path("M-58 -34 L-18 -92 L44 -92 L4 -34 Z M-58 -34 L4 -34 L-18 -92 M44 -92 L58 -34 M44 -92 L40 -110 L56 -114", "none", { stroke: "#d9480f", "stroke-width": 7, "stroke-linejoin": "round" }),
    line(-30, -98, -6, -98, "#2b2f36", 9),
    line(-16, -104, 14, -60, "#36506b", 15),
    line(14, -60, 4, -30, "#36506b", 13),
    path("M-28 -104 q4 -60 38 -62 q16 4 10 24 l-22 44 q-14 6 -26 -6z", "#2f9e44"),
    line(12, -146, 46, -116, "#e8b48c", 10),
    circle(24, -178, 16, "#e8b48c"),
    path("M6 -180 a18 18 0 0 1 36 0 z", "#f08c00"),
  );
}

const window = (x: number, y: number, w: number, h: number, lit = false) => rect(x, y, w, h, lit ? "#ffe8a3" : "#b9d3e3", { rx: 3 }) + line(x + w / 2, y + 2, x + w / 2, y + h - 2, "#fff", 3) + rect(x - 4, y + h, w + 8, 6, "#fff", { opacity: 0.7 });

function house(x: number, width: number, height: number, color: string, rows: number, columns: number): string {
  const ground = 470;
  const top = ground - height;
  const gap = width / columns;
  const rowHeight = (height - 150) / rows;
  const windows = Array.from({ length: rows * columns }, (_, index) => window(x + gap * (index % columns) + gap / 2 - 22, top + 34 + rowHeight * Math.floor(index / columns), 44, Math.min(62, rowHeight - 26), index % 5 === 3)).join("");
  return rect(x, top, width, height, color) + rect(x - 8, top - 14, width + 16, 18, "#fff", { opacity: 0.55 }) + windows;
}

function shop(x: number, width: number, name: string, color: string, stripes: string): string {
  const count = Math.round(width / 26);
  const awning = Array.from({ length: count }, (_, index) => rect(x + (index * width) / count, 356, width / count, 34, index % 2 === 0 ? stripes : "#fff", { rx: 3 })).join("");
  return rect(x, 330, width, 140, "#fbf6ec") + rect(x, 316, width, 42, color) + text(x + width / 2, 345, name, { size: 26, weight: 700, fill: "#fff", anchor: "middle", spacing: 2 }) + awning + rect(x + 14, 396, width * 0.56, 62, "#cfe6f2", { rx: 4 }) + rect(x + width - width * 0.28, 396, width * 0.2, 74, "#7a5c43", { rx: 3 }) + circle(x + width - width * 0.24, 436, 3, "#f4d58d");
}

export const tree = (x: number, y: number, size = 1) =>
  group(`translate(${x} ${y}) scale(${size})`, ellipse(0, 2, 40, 6, "#000", { opacity: 0.12 }), rect(-8, -110, 16, 112, "#7d5a3c", { rx: 4 }), circle(0, -160, 56, "#4f9d5d"), circle(-38, -128, 38, "#5aab68"), circle(38, -130, 40, "#458d53"), circle(-12, -184, 30, "#6bbb78"));

export type Light = "red" | "yellow" | "green";

export function trafficLight(x: number, y: number, on: Light): string {
  const lamp = (name: Light, cy: number, color: string) => circle(0, cy, 13, on === name ? color : "#3d434b") + (on === name ? circle(0, cy, 22, color, { opacity: 0.22 }) : "");
  return group(`translate(${x} ${y})`, rect(-6, -210, 12, 212, "#4a5058"), rect(-24, -318, 48, 116, "#23272d", { rx: 12 }), lamp("red", -296, "#ff5a4f"), lamp("yellow", -260, "#ffd43b"), lamp("green", -224, "#40c057"));
}

/** Sky, houses, pavement and road, 1280×800. */
export function backdrop(): string {
  const crossing = Array.from({ length: 6 }, (_, index) => rect(880 + index * 40, 520, 22, 230, "#f1f0ea")).join("");
  const lane = Array.from({ length: 9 }, (_, index) => rect(-20 + index * 104, 630, 58, 8, "#f1f0ea", { rx: 4 })).join("");
  return [
    rect(0, 0, 1280, 480, "#d8ecf7"),
    circle(1120, 92, 44, "#ffe08a"),
    ...[[180, 70, 1], [640, 50, 0.8], [930, 110, 0.7]].map(([x = 0, y = 0, s = 1]) => group(`translate(${x} ${y}) scale(${s})`, ellipse(0, 0, 62, 20, "#fff"), ellipse(-30, -10, 30, 20, "#fff"), ellipse(20, -16, 36, 26, "#fff"))),
    house(-10, 250, 350, "#d98e73", 2, 3),
    house(250, 230, 410, "#e8c37d", 3, 3),
    house(490, 270, 330, "#8fb0a9", 2, 4),
    house(770, 220, 390, "#c9a3b4", 3, 3),
    house(1000, 290, 340, "#8aa4c8", 2, 4),
    shop(8, 214, "BAKERY", "#9c4a2f", "#c96f4a"),
    shop(264, 202, "BOOKS", "#2f6f62", "#3f8f7f"),
    shop(514, 222, "CAFÉ LUNA", "#3a4f7a", "#5571a8"),
    shop(786, 188, "FLOWERS", "#8a3d62", "#b85a86"),
    shop(1030, 232, "PHARMACY", "#2b7a4b", "#43a46b"),
    rect(0, 468, 1280, 52, "#d6d2c8"),
    rect(0, 512, 1280, 10, "#b9b4a8"),
    rect(0, 520, 1280, 230, "#646a73"),
    crossing,
    lane,
    rect(0, 750, 1280, 50, "#d6d2c8"),
    rect(0, 744, 1280, 8, "#b9b4a8"),
  ].join("");
}

export function street(): string {
  const bag = line(14, -82, 14, -70, "#7a5c43", 3) + rect(4, -72, 24, 26, "#c2703d", { rx: 4 });
  return svg(
    1280,
    800,
    backdrop(),
    tree(235, 500, 0.9),
    tree(748, 500, 0.8),
    trafficLight(1008, 520, "red"),
    walker({ x: 90, y: 512, shirt: "#f2c14e", trousers: "#40506b", scale: 0.72 }),
    walker({ x: 470, y: 512, shirt: "#e5484d", trousers: "#2b2f36", hair: "#7b4a21", scale: 0.72, extra: bag }),
    walker({ x: 960, y: 640, shirt: "#3b82c4", trousers: "#6b4f3a", hair: "#1c1c1c", skin: "#b97f56" }),
    walker({ x: 1070, y: 690, shirt: "#7c5cc4", trousers: "#3a3f47", hair: "#b5651d", step: -0.5 }),
    vehicle({ x: 150, y: 610, color: "#d64545", left: true, scale: 0.92 }),
    vehicle({ x: 460, y: 612, color: "#f4c430", kind: "taxi", left: true, scale: 0.92 }),
    vehicle({ x: 690, y: 718, color: "#3f7cac" }),
    vehicle({ x: 150, y: 722, color: "#f3f3ef", kind: "van" }),
    cyclist(425, 730),
    polygon([[1180, 470], [1220, 470], [1214, 510], [1186, 510]], "#b5764a"),
    ...[[1186, "#e64980"], [1200, "#fab005"], [1214, "#e64980"]].map(([x = 0, color = ""]) => circle(Number(x), 462, 11, String(color))),
  );
}

/** The crossing at a time in seconds, 0 to 12, 960×600. */
export function crossingAt(time: number): string {
  const between = (from: number, to: number) => Math.min(1, Math.max(0, (time - from) / (to - from)));
  const light: Light = time < 3 ? "green" : time < 3.8 ? "yellow" : time < 9 ? "red" : "green";
  const step = Math.sin(time * 7);
  const parts = [
    tree(235, 500, 0.9),
    trafficLight(1008, 520, light),
    // The red car passes while the light is green; the blue one stops before the crossing and drives on at the end.
    time < 3.2 ? vehicle({ x: -150 + between(0, 3) * 1620, y: 715, color: "#d64545" }) : "",
    vehicle({ x: -180 + (1 - (1 - between(2.2, 4.6)) ** 2) * 870 + between(9.3, 11.6) ** 2 * 900, y: 718, color: "#3f7cac" }),
    time > 4.6 && time < 8.8 ? group(`translate(${930 + between(4.8, 8.6) * 60} ${500 + between(4.8, 8.6) * 262})`, walker({ x: 0, y: 0, shirt: "#f2c14e", trousers: "#40506b", step, scale: 0.8 + 0.25 * between(4.8, 8.6) })) : walker({ x: time <= 4.6 ? 930 : 990, y: time <= 4.6 ? 500 : 762, shirt: "#f2c14e", trousers: "#40506b", step: 0.1, scale: time <= 4.6 ? 0.8 : 1.05 }),
    time > 8.9 ? group("translate(2440 0) scale(-1 1)", cyclist(1000 + between(8.9, 12) * 1560, 602, time * 220)) : "",
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="960" height="600" viewBox="0 0 1280 800">${backdrop()}${parts.join("")}</svg>`;
}
