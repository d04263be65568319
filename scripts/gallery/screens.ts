import { circle, group, line, path, polygon, rect, svg, text } from "./svg.ts";

const blue = "#2f6fdb";

/** The settings of a phone. */
export function phone(): string {
  const icons: Readonly<Record<string, string>> = {
    plane: path("M-12 2 l24 -10 -6 8 4 10 -9 -4 -6 6 0 -8z", "#fff"),
    wifi: path("M-12 -2 q12 -12 24 0 M-7 3 q7 -7 14 0", "none", { stroke: "#fff", "stroke-width": 3, "stroke-linecap": "round" }) + circle(0, 8, 2.6, "#fff"),
    tooth: path("M-7 -6 l13 12 -6 6 v-24 l6 6 -13 12", "none", { stroke: "#fff", "stroke-width": 2.6, "stroke-linejoin": "round" }),
    bell: path("M-9 7 q3 -3 3 -10 q0 -7 6 -7 q6 0 6 7 q0 7 3 10z", "#fff") + circle(0, 10, 2.4, "#fff"),
    moon: path("M4 -10 a11 11 0 1 0 6 16 a9 9 0 0 1 -6 -16z", "#fff"),
    sun: circle(0, 0, 5, "#fff") + [0, 45, 90, 135].map((angle) => line(-11, 0, 11, 0, "#fff", 2.4, { transform: `rotate(${angle})` })).join(""),
    battery: rect(-11, -6, 20, 12, "none", { stroke: "#fff", "stroke-width": 2.4, rx: 3 }) + rect(-8, -3, 10, 6, "#fff") + rect(10, -2, 3, 4, "#fff"),
    lock: rect(-8, -2, 16, 12, "#fff", { rx: 2 }) + path("M-5 -2 v-4 a5 5 0 0 1 10 0 v4", "none", { stroke: "#fff", "stroke-width": 2.6 }),
  };
  const row = (y: number, color: string, icon: string, name: string, value: string, toggle?: boolean) =>
    rect(64, y + 14, 52, 52, color, { rx: 13 }) +
    group(`translate(90 ${y + 40}) scale(1.35)`, icons[icon] ?? "") +
    text(140, y + 50, name, { size: 27 }) +
    (toggle === undefined
      ? text(606, y + 50, value, { size: 25, fill: "#8a8f98", anchor: "end" }) + path(`M624 ${y + 32} l9 9 -9 9`, "none", { stroke: "#b8bdc6", "stroke-width": 4, "stroke-linecap": "round", "stroke-linejoin": "round" })
      : rect(566, y + 20, 72, 42, toggle ? "#35b35a" : "#d9dce2", { rx: 21 }) + circle(toggle ? 617 : 587, y + 41, 18, "#fff"));
  const card = (y: number, rows: readonly string[]) => rect(40, y, 640, rows.length * 80, "#fff", { rx: 24 }) + rows.map((_, index) => (index === 0 ? "" : line(140, y + index * 80, 680, y + index * 80, "#e6e8ec", 1.5))).join("") + rows.join("");
  return svg(
    720,
    1480,
    rect(0, 0, 720, 1480, "#eff1f5"),
    text(52, 52, "9:41", { size: 27, weight: 700 }),
    ...[0, 1, 2, 3].map((k) => rect(530 + k * 11, 46 - k * 6, 7, 8 + k * 6, "#1f2328", { rx: 2 })),
    rect(612, 28, 56, 26, "none", { stroke: "#1f2328", "stroke-width": 3, rx: 7 }),
    rect(617, 33, 38, 16, "#1f2328", { rx: 3 }),
    text(40, 142, "Settings", { size: 54, weight: 700 }),
    rect(40, 174, 640, 66, "#e0e3e9", { rx: 18 }),
    circle(76, 204, 11, "none", { stroke: "#8a8f98", "stroke-width": 4 }),
    line(84, 212, 92, 220, "#8a8f98", 4),
    text(108, 216, "Search", { size: 27, fill: "#8a8f98" }),
    rect(40, 270, 640, 132, "#fff", { rx: 24 }),
    circle(108, 336, 42, "#f2b880"),
    circle(108, 324, 16, "#fff"),
    path("M80 362 q28 -36 56 0z", "#fff"),
    text(172, 328, "Mira Holm", { size: 31, weight: 700 }),
    text(172, 364, "Account, backup and devices", { size: 23, fill: "#8a8f98" }),
    card(434, [row(434, "#f08c00", "plane", "Flight mode", "", false), row(514, blue, "wifi", "Wi-Fi", "Lindgarten"), row(594, blue, "tooth", "Bluetooth", "Off")]),
    card(706, [row(706, "#e03e4f", "bell", "Notifications", ""), row(786, "#6a4fc9", "moon", "Do not disturb", "", true)]),
    card(898, [row(898, "#3f8fd6", "sun", "Display and brightness", ""), row(978, "#35b35a", "battery", "Battery", "64 %"), row(1058, "#6b7280", "lock", "Privacy", "")]),
    rect(0, 1330, 720, 150, "#fff"),
    line(0, 1330, 720, 1330, "#e0e3e9", 2),
    polygon([[150, 1378], [150, 1418], [116, 1398]], "#5b626d"),
    circle(360, 1398, 20, "none", { stroke: "#5b626d", "stroke-width": 5 }),
    rect(552, 1380, 36, 36, "none", { stroke: "#5b626d", "stroke-width": 5, rx: 6 }),
  );
}

/** A computer's screen with a spreadsheet and a folder. */
export function desktop(): string {
  const columns = ["A", "B", "C", "D", "E"];
  const rows = [["Item", "Price", "Count", "Total", ""], ["Paper A4", "4.90", "12", "58.80", ""], ["Pencils", "0.80", "60", "48.00", ""], ["Folders", "2.10", "25", "52.50", ""], ["Lamp", "31.00", "2", "62.00", ""], ["Ink", "18.50", "3", "55.50", ""], ["Sum", "", "", "", ""]];
  const cellX = (column: number) => 120 + column * 150;
  const cellY = (row: number) => 330 + row * 40;
  const tab = (x: number, words: string, on = false) => text(x, 170, words, { size: 17, weight: on ? 700 : 400, fill: on ? "#1d6f42" : "#3a4049" }) + (on ? rect(x - 4, 182, words.length * 9 + 8, 4, "#1d6f42", { rx: 2 }) : "");
  const button = (x: number, words: string, style: Parameters<typeof text>[3] = { size: 19 }) => rect(x, 212, 40, 36, "#fff", { rx: 6, stroke: "#d3d8de" }) + text(x + 20, 237, words, { anchor: "middle", ...style });
  const folder = (x: number, y: number, name: string) => path(`M${x} ${y + 8} q0 -8 8 -8 h20 l8 8 h28 q8 0 8 8 v34 q0 8 -8 8 h-56 q-8 0 -8 -8z`, "#f2b84b") + rect(x, y + 20, 72, 38, "#ffd27a", { rx: 6 }) + text(x + 36, y + 82, name, { size: 17, anchor: "middle" });
  const file = (x: number, y: number, color: string, kind: string, name: string) => path(`M${x + 8} ${y} h36 l20 18 v42 h-56z`, "#fff", { stroke: "#c5cbd3", "stroke-width": 2 }) + rect(x + 2, y + 30, 48, 20, color, { rx: 3 }) + text(x + 26, y + 45, kind, { size: 13, weight: 700, fill: "#fff", anchor: "middle" }) + text(x + 36, y + 82, name, { size: 17, anchor: "middle" });
  const buttons = (x: number, y: number) => line(x, y, x + 14, y, "#4b525c", 2.5) + rect(x + 44, y - 7, 14, 14, "none", { stroke: "#4b525c", "stroke-width": 2.5 }) + path(`M${x + 90} ${y - 7} l14 14 m0 -14 l-14 14`, "none", { stroke: "#4b525c", "stroke-width": 2.5 });
  return svg(
    1600,
    900,
    rect(0, 0, 1600, 900, "#2b5d77"),
    path("M0 640 q400 -220 800 -60 t800 -120 V900 H0 Z", "#357a8f"),
    path("M0 760 q420 -160 860 -30 t740 -60 V900 H0 Z", "#4b95a1"),
    // Spreadsheet.
    rect(68, 78, 920, 690, "#000", { opacity: 0.2, rx: 12 }),
    rect(60, 68, 920, 690, "#fff", { rx: 12 }),
    path("M60 124 v-44 q0 -12 12 -12 h896 q12 0 12 12 v44z", "#e6f0ea"),
    rect(82, 82, 28, 28, "#1d6f42", { rx: 5 }),
    text(96, 103, "S", { size: 20, weight: 700, fill: "#fff", anchor: "middle" }),
    text(128, 104, "Office supplies – Sheets", { size: 20, weight: 700 }),
    buttons(850, 97),
    rect(60, 124, 920, 148, "#f6f8f7"),
    ...[["File", 84], ["Home", 150], ["Insert", 230], ["Formulas", 318], ["View", 430]].map(([words = "", x = 0]) => tab(Number(x), String(words), words === "Home")),
    button(84, "B", { size: 20, weight: 700 }),
    button(130, "I", { size: 20, italic: true, family: "serif" }),
    button(176, "U", { size: 20 }),
    line(190, 240, 202, 240, "#1f2328", 2),
    button(238, "Σ", { size: 22 }),
    button(284, "%"),
    rect(346, 212, 110, 36, "#1d6f42", { rx: 6 }),
    text(401, 236, "Chart", { size: 18, fill: "#fff", weight: 700, anchor: "middle" }),
    rect(60, 272, 920, 34, "#fff"),
    text(84, 296, "D7", { size: 17, weight: 700 }),
    text(180, 296, "fx", { size: 17, italic: true, family: "serif", fill: "#6b7280" }),
    line(60, 306, 980, 306, "#d3d8de", 1.5),
    rect(60, 306, 920, 24, "#eef1f3"),
    ...columns.map((name, column) => text(cellX(column) + 75, 324, name, { size: 16, anchor: "middle", fill: "#5b626d" }) + line(cellX(column), 306, cellX(column), 730, "#d3d8de", 1.2)),
    ...rows.flatMap((row, r) => [text(92, cellY(r) + 27, String(r + 1), { size: 16, anchor: "middle", fill: "#5b626d" }), line(60, cellY(r) + 40, 980, cellY(r) + 40, "#d3d8de", 1.2), ...row.map((cell, c) => text(c === 0 ? cellX(c) + 12 : cellX(c) + 138, cellY(r) + 27, cell, { size: 18, weight: r === 0 || r === 6 ? 700 : 400, anchor: c === 0 ? "start" : "end" }))]),
    ...[7, 8, 9].map((r) => text(92, cellY(r) + 27, String(r + 1), { size: 16, anchor: "middle", fill: "#5b626d" }) + line(60, cellY(r) + 40, 980, cellY(r) + 40, "#d3d8de", 1.2)),
    rect(cellX(3), cellY(6), 150, 40, "none", { stroke: "#1d6f42", "stroke-width": 3.5 }),
    rect(cellX(3) + 144, cellY(6) + 34, 10, 10, "#1d6f42"),
    // Folder.
    rect(1068, 238, 470, 430, "#000", { opacity: 0.2, rx: 12 }),
    rect(1060, 228, 470, 430, "#fff", { rx: 12 }),
    path("M1060 280 v-40 q0 -12 12 -12 h446 q12 0 12 12 v40z", "#eef1f5"),
    text(1084, 262, "Documents", { size: 20, weight: 700 }),
    buttons(1400, 255),
    folder(1100, 316, "Invoices"),
    folder(1256, 316, "Photos"),
    folder(1412, 316, "Trips"),
    file(1100, 462, "#c0392b", "PDF", "manual.pdf"),
    file(1256, 462, "#1d6f42", "CSV", "stock.csv"),
    file(1412, 462, "#2f6fdb", "TXT", "notes.txt"),
    text(1084, 640, "6 items", { size: 16, fill: "#6b7280" }),
    // Bar below.
    rect(0, 846, 1600, 54, "#18262f", { opacity: 0.92 }),
    rect(20, 858, 30, 30, "#6fb4cc", { rx: 6 }),
    ...[["#1d6f42", "S"], ["#f2b84b", "D"], ["#d9480f", "W"], ["#5f4b8b", "M"]].map(([color = "", name = ""], k) => rect(84 + k * 52, 858, 30, 30, color, { rx: 6 }) + text(99 + k * 52, 880, name, { size: 18, weight: 700, fill: "#fff", anchor: "middle" })),
    text(1570, 880, "14:05", { size: 19, fill: "#fff", anchor: "end" }),
  );
}
