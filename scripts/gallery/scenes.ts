import { circle, ellipse, group, line, path, polygon, rect, svg, text } from "./svg.ts";

/** Things for a day at the sea: one of them helps against the glare, another against thirst. */
export function beach(): string {
  const parasolStripes = ["#e5484d", "#fff8ee", "#e5484d", "#fff8ee", "#e5484d"].map((color, index) => path(`M${-170 + index * 68} 0 q34 -26 68 0 L0 -130 Z`, color)).join("");
  return svg(
    1200,
    800,
    rect(0, 0, 1200, 330, "#bfe3f2"),
    circle(980, 110, 56, "#ffd96b"),
    circle(980, 110, 84, "#ffd96b", { opacity: 0.25 }),
    rect(0, 300, 1200, 180, "#3fa7c4"),
    ...[330, 362, 400].map((y, index) => path(`M0 ${y} ${Array.from({ length: 15 }, (_, k) => `q40 ${k % 2 ? 10 : -10} 80 0`).join(" ")}`, "none", { stroke: "#dff3f8", "stroke-width": 4 - index, opacity: 0.8 })),
    group("translate(300 320)", path("M-70 0 h140 l-22 30 h-98 z", "#8a4f2d"), rect(-3, -110, 6, 112, "#6b3d22"), polygon([[6, -108], [6, -10], [72, -10]], "#fff"), polygon([[-6, -90], [-6, -10], [-52, -10]], "#f4ece0")),
    path("M0 440 q300 -40 620 0 t580 -10 V800 H0 Z", "#f2dcae"),
    path("M0 470 q300 -36 620 0 t580 -8", "none", { stroke: "#e4c88f", "stroke-width": 6, opacity: 0.6 }),
    // Parasol and towel.
    ellipse(350, 700, 200, 26, "#c9a86a", { opacity: 0.5 }),
    rect(344, 420, 12, 290, "#8d6e4a", { rx: 5 }),
    group("translate(350 450)", parasolStripes, circle(0, -132, 9, "#8d6e4a")),
    polygon([[150, 660], [470, 640], [540, 740], [180, 768]], "#3b82c4"),
    ...[0, 1, 2].map((k) => polygon([[200 + k * 100, 657 - k * 6], [240 + k * 100, 654 - k * 6], [292 + k * 100, 758 - k * 8], [238 + k * 100, 764 - k * 8]], "#e8f1f8")),
    // Sunglasses on a book.
    group(
      "translate(640 700) rotate(-6)",
      polygon([[-76, 0], [76, 0], [88, 36], [-88, 36]], "#7048a8"),
      polygon([[-88, 36], [88, 36], [88, 48], [-88, 48]], "#f4efe6"),
      path("M-46 4 h40 q4 22 -16 24 q-22 0 -24 -24z M6 4 h40 q-2 24 -24 24 q-20 -2 -16 -24z", "#23272d"),
      line(-8, 8, 8, 8, "#23272d", 5),
      path("M-40 8 h12 l-8 14 z M12 8 h12 l-8 14 z", "#6b7480"),
    ),
    // Ball.
    group("translate(820 660)", ellipse(0, 66, 62, 10, "#c9a86a", { opacity: 0.6 }), circle(0, 0, 66, "#fff"), path("M0 -66 a66 66 0 0 1 57 33 L0 0 Z", "#e5484d"), path("M57 33 a66 66 0 0 1 -57 33 L0 0 Z", "#ffd43b"), path("M-57 33 a66 66 0 0 1 0 -66 L0 0 Z", "#3b82c4"), circle(0, 0, 9, "#fff")),
    // Cool box with a bottle, bucket with a spade.
    group("translate(1020 640)", ellipse(0, 78, 100, 12, "#c9a86a", { opacity: 0.6 }), rect(-84, -28, 168, 104, "#2f8f83", { rx: 10 }), rect(-92, -50, 184, 30, "#e9f4f2", { rx: 10 }), rect(-40, 10, 80, 20, "#fff", { opacity: 0.8, rx: 4 }), rect(-20, -132, 34, 84, "#8fd0ea", { rx: 10 }), rect(-11, -152, 16, 22, "#8fd0ea"), rect(-13, -160, 20, 12, "#1d5f87", { rx: 3 }), rect(-20, -108, 34, 30, "#fff"), text(-3, -88, "H₂O", { size: 14, weight: 700, anchor: "middle", fill: "#1d5f87" })),
    group("translate(560 560)", ellipse(4, 40, 60, 9, "#c9a86a", { opacity: 0.6 }), polygon([[-42, -34], [42, -34], [32, 40], [-32, 40]], "#f08c00"), ellipse(0, -34, 42, 9, "#c96f00"), path("M-42 -34 q42 -70 84 0", "none", { stroke: "#fff", "stroke-width": 5 }), line(76, 36, 100, -60, "#d6336c", 8), path("M90 -60 q14 -40 30 0 q-4 30 -18 30 q-12 -2 -12 -30z", "#d6336c")),
    group("translate(1110 500)", path("M0 -30 l10 22 24 2 -18 16 6 24 -22 -13 -22 13 6 -24 -18 -16 24 -2z", "#f4a261"), circle(0, -2, 4, "#d9803c")),
  );
}

const roles = ["GK", "DF", "MF", "FW"] as const;

/** A game from above: two teams, their goalkeepers, a referee and a ball. */
export function football(): string {
  const player = (x: number, y: number, shirt: string, number: number, shorts: string) =>
    group(
      `translate(${x} ${y})`,
      ellipse(8, 26, 26, 9, "#000", { opacity: 0.2 }),
      ellipse(-9, 16, 8, 13, shorts),
      ellipse(9, 16, 8, 13, shorts),
      rect(-34, -10, 68, 15, shirt, { rx: 8 }),
      ellipse(0, 0, 24, 17, shirt),
      circle(-36, -2, 7, "#d9a066"),
      circle(36, -2, 7, "#d9a066"),
      circle(0, -7, 12, number % 3 === 0 ? "#2d1f16" : number % 3 === 1 ? "#7b4a21" : "#4b3325"),
      text(0, 14, String(number), { size: 15, weight: 700, fill: "#fff", anchor: "middle" }),
    );
  const home: readonly (readonly [number, number])[] = [[270, 190], [250, 390], [280, 590], [470, 280], [500, 520], [690, 330]];
  const away: readonly (readonly [number, number])[] = [[1010, 210], [1040, 420], [980, 610], [810, 250], [840, 560], [600, 430]];
  const stripes = Array.from({ length: 10 }, (_, index) => rect(index * 128, 0, 128, 800, index % 2 ? "#4a9a54" : "#54a65f")).join("");
  const white = { stroke: "#f4fbf4", "stroke-width": 5 };
  return svg(
    1280,
    800,
    stripes,
    rect(50, 50, 1180, 700, "none", white),
    line(640, 50, 640, 750, "#f4fbf4", 5),
    circle(640, 400, 110, "none", white),
    circle(640, 400, 7, "#f4fbf4"),
    rect(50, 210, 190, 380, "none", white),
    rect(50, 300, 80, 200, "none", white),
    rect(1040, 210, 190, 380, "none", white),
    rect(1150, 300, 80, 200, "none", white),
    rect(22, 330, 28, 140, "#e9eef0", { opacity: 0.8 }),
    rect(1230, 330, 28, 140, "#e9eef0", { opacity: 0.8 }),
    ...home.map(([x, y], index) => player(x, y, "#d6303b", index + 2, "#fff")),
    ...away.map(([x, y], index) => player(x, y, "#2456c8", index + 2, "#18233f")),
    player(110, 400, "#f4b400", 1, "#23272d"),
    player(1172, 400, "#7b3fb5", 1, "#23272d"),
    player(560, 620, "#23272d", 0, "#23272d").replace(">0</text>", "></text>"),
    group("translate(728 372)", ellipse(3, 9, 10, 4, "#000", { opacity: 0.25 }), circle(0, 0, 10, "#fff"), path("M-3 -4 l3 -3 3 3 -1 4 h-4 z", "#23272d")),
    text(640, 36, `RED 2 : 1 BLUE   ·   ${roles.length * 17}'`, { size: 24, weight: 700, fill: "#f4fbf4", anchor: "middle" }),
  );
}

/** A table of dishes, seen from above. */
export function dishes(): string {
  const plate = (x: number, y: number, r: number, ...content: readonly string[]) => group(`translate(${x} ${y})`, circle(5, 8, r, "#000", { opacity: 0.18 }), circle(0, 0, r, "#fbfaf6"), circle(0, 0, r * 0.8, "#efece3"), ...content);
  const around = (count: number, r: number, draw: (angle: number) => string) => Array.from({ length: count }, (_, index) => group(`rotate(${(360 / count) * index}) translate(0 ${-r})`, draw(index))).join("");
  const dumpling = () => path("M-34 10 q0 -36 34 -36 q34 0 34 36 q-34 12 -68 0z", "#f3e2bd", { stroke: "#d9bf8a", "stroke-width": 2 }) + path("M-26 -6 q6 -10 8 4 M-12 -16 q6 -8 8 6 M4 -20 q6 -4 6 8 M20 -12 q6 0 4 10", "none", { stroke: "#d9bf8a", "stroke-width": 3 });
  const steam = "none";
  return svg(
    1200,
    800,
    rect(0, 0, 1200, 800, "#a8764a"),
    ...[0, 1, 2, 3, 4, 5].map((k) => rect(0, k * 136, 1200, 4, "#8f613a")),
    plate(250, 230, 160, around(6, 84, dumpling), circle(0, 0, 34, "#5b2a12"), circle(0, 0, 26, "#7a3a18")),
    // Fish with spring onion.
    group("translate(640 220)", ellipse(8, 10, 210, 110, "#000", { opacity: 0.18 }), ellipse(0, 0, 210, 110, "#fbfaf6"), ellipse(0, 0, 178, 86, "#efece3"), path("M-150 0 q70 -70 190 -30 l70 -34 q-16 64 0 120 l-70 -40 q-120 34 -190 -16z", "#c9793d"), path("M-60 -34 q24 30 0 62 M-14 -40 q24 36 0 74 M34 -30 q20 28 0 54", "none", { stroke: "#8d4b1f", "stroke-width": 5 }), circle(-116, -8, 8, "#fff"), circle(-116, -8, 4, "#23272d"), ...[-40, 0, 40, 70].map((x, k) => group(`translate(${x} ${k % 2 ? 16 : -12}) rotate(${k * 35})`, rect(-20, -3, 40, 6, "#5fae4f", { rx: 3 })))),
    // Noodle soup with egg.
    plate(1000, 240, 150, circle(0, 0, 112, "#c98a3a"), ...Array.from({ length: 9 }, (_, k) => path(`M${-90 + k * 8} ${-50 + k * 12} q40 ${k % 2 ? 30 : -30} 90 0 t80 6`, steam, { stroke: "#f4dfa4", "stroke-width": 8, "stroke-linecap": "round" })), group("translate(-36 30)", ellipse(0, 0, 36, 28, "#fff"), circle(2, 0, 15, "#f59f00")), around(5, 76, (k) => circle(0, 0, 9, k > 2 ? "#d9480f" : "#5fae4f"))),
    // Tofu, rice, tea.
    plate(300, 590, 150, circle(0, 0, 112, "#b3371e"), ...[[-50, -40], [10, -60], [55, -10], [-70, 20], [-10, 0], [30, 46], [-36, 62]].map(([x = 0, y = 0]) => rect(x - 22, y - 22, 44, 44, "#f6ead0", { rx: 6, transform: `rotate(${x + y} ${x} ${y})` })), around(10, 88, () => circle(0, 0, 6, "#3f8f3a"))),
    plate(660, 600, 116, circle(0, 0, 86, "#fdfdfb"), ...Array.from({ length: 90 }, (_, k) => ellipse(((k * 47) % 150) - 75, ((k * 83) % 140) - 70, 7, 3.4, k % 2 ? "#fff" : "#ece8de", { transform: `rotate(${k * 31} ${((k * 47) % 150) - 75} ${((k * 83) % 140) - 70})` })).filter((_, k) => (((k * 47) % 150) - 75) ** 2 + (((k * 83) % 140) - 70) ** 2 < 76 ** 2), around(12, 3, () => circle(0, -8, 2.6, "#23272d"))),
    group("translate(960 590)", ellipse(8, 12, 120, 92, "#000", { opacity: 0.18 }), circle(0, 0, 92, "#7a2f2f"), circle(0, 0, 92, "none", { stroke: "#5c2020", "stroke-width": 6 }), circle(0, -4, 40, "#8f3d3d"), circle(0, -4, 12, "#5c2020"), path("M84 -26 q60 -10 70 -46 l14 10 q-8 58 -78 74 z", "#7a2f2f"), path("M-84 -40 q-70 10 -60 62 q10 34 66 20", "none", { stroke: "#5c2020", "stroke-width": 14 })),
    group("translate(1110 690)", circle(4, 6, 50, "#000", { opacity: 0.18 }), circle(0, 0, 50, "#fbfaf6"), circle(0, 0, 40, "#9fb85a")),
    group("translate(500 420) rotate(64)", rect(-4, -150, 8, 300, "#e8c98f", { rx: 4 }), rect(14, -150, 8, 300, "#e8c98f", { rx: 4 })),
  );
}

/** A living room whose things have sizes written on them. */
export function room(): string {
  const size = (x: number, y: number, words: string) => rect(x - words.length * 6.2 - 10, y - 22, words.length * 12.4 + 20, 32, "#fff", { rx: 16, opacity: 0.92 }) + text(x, y + 1, words, { size: 20, weight: 700, anchor: "middle", fill: "#3a4250" });
  return svg(
    1200,
    800,
    rect(0, 0, 1200, 560, "#e9e2d4"),
    polygon([[0, 800], [0, 560], [1200, 560], [1200, 800]], "#b98f63"),
    ...[600, 650, 710, 780].map((y) => line(0, y, 1200, y, "#a67d52", 3)),
    rect(0, 548, 1200, 14, "#fffaf0"),
    // Window and picture.
    rect(70, 90, 240, 260, "#fff", { rx: 4 }),
    rect(84, 104, 212, 232, "#bfe0f0"),
    path("M84 290 q60 -50 110 -10 t102 -14 v70 h-212z", "#8cc084"),
    line(190, 104, 190, 336, "#fff", 8),
    line(84, 220, 296, 220, "#fff", 8),
    rect(640, 110, 170, 130, "#5b4a3a"),
    rect(652, 122, 146, 106, "#f4e7c5"),
    circle(700, 170, 26, "#e07a5f"),
    path("M652 228 l50 -50 36 30 26 -20 34 40z", "#3d6b5c"),
    // Sofa.
    group("translate(240 500)", ellipse(190, 128, 250, 16, "#000", { opacity: 0.15 }), rect(0, -70, 380, 120, "#4f7ca8", { rx: 26 }), rect(-44, -24, 84, 128, "#44709a", { rx: 24 }), rect(340, -24, 84, 128, "#44709a", { rx: 24 }), rect(30, 16, 320, 76, "#5f8dba", { rx: 14 }), line(190, 20, 190, 88, "#4f7ca8", 4), rect(60, -50, 90, 76, "#f2b04f", { rx: 14, transform: "rotate(-8 105 -12)" }), rect(10, 100, 20, 26, "#5b4028"), rect(350, 100, 20, 26, "#5b4028")),
    // Low table: the gap below it is 35 cm.
    group("translate(790 560)", ellipse(150, 172, 190, 14, "#000", { opacity: 0.15 }), rect(-20, 0, 340, 26, "#7a5230", { rx: 6 }), rect(0, 26, 22, 142, "#6a4526"), rect(278, 26, 22, 142, "#6a4526"), rect(110, -44, 44, 44, "#d9e6e0", { rx: 8 }), path("M120 -44 q12 -60 -16 -92 M132 -44 q0 -70 24 -96 M142 -44 q20 -40 44 -50", "none", { stroke: "#4b8f5a", "stroke-width": 7, "stroke-linecap": "round" })),
    line(1142, 588, 1142, 728, "#d6336c", 4),
    polygon([[1134, 600], [1150, 600], [1142, 586]], "#d6336c"),
    polygon([[1134, 716], [1150, 716], [1142, 730]], "#d6336c"),
    size(1142, 665, "35 cm"),
    // Two boxes.
    group("translate(560 690)", ellipse(60, 84, 90, 10, "#000", { opacity: 0.15 }), rect(0, -80, 130, 162, "#c99a5b"), rect(50, -80, 30, 162, "#e0bb83"), size(65, 6, "A  40 cm")),
    group("translate(60 720)", ellipse(80, 50, 100, 9, "#000", { opacity: 0.15 }), rect(0, -58, 170, 108, "#a9784a"), rect(70, -58, 30, 108, "#c2945f"), size(85, 4, "B  25 cm")),
    // Floor lamp.
    group("translate(1080 540)", rect(-4, -330, 8, 340, "#3a3f47"), ellipse(0, 12, 46, 9, "#3a3f47"), polygon([[-60, -330], [60, -330], [38, -420], [-38, -420]], "#f6d58b"), polygon([[-60, -330], [60, -330], [150, 0], [-150, 0]], "#fff3c9", { opacity: 0.18 })),
  );
}

/** A wide harbour with boats, the smallest of whose names can be read only when one looks closely, 2400×1350. */
export function harbour(): string {
  const names = ["ALBATROSS", "MARIGOLD", "NORTH STAR", "PELICAN", "SEA BREEZE", "KINGFISHER"];
  const house = (x: number, height: number, color: string, roof: string) => rect(x, 620 - height, 150, height, color) + polygon([[x - 10, 620 - height], [x + 160, 620 - height], [x + 75, 560 - height]], roof) + [0, 1].map((row) => [0, 1].map((column) => rect(x + 28 + column * 62, 650 - height + row * 74, 34, 44, "#cfe3ee", { rx: 2 })).join("")).join("");
  const boat = (x: number, y: number, scale: number, hull: string, name: string) =>
    group(
      `translate(${x} ${y}) scale(${scale})`,
      ellipse(0, 62, 170, 12, "#1f5f7a", { opacity: 0.35 }),
      path("M-170 0 h340 l-40 62 h-250 z", hull),
      rect(-170, -8, 340, 12, "#fff"),
      rect(-60, -58, 130, 52, "#fbf7ec", { rx: 6 }),
      ...[0, 1, 2].map((k) => circle(-34 + k * 38, -32, 11, "#7fb2cf")),
      rect(20, -190, 7, 134, "#6b4a2c"),
      polygon([[28, -186], [28, -64], [108, -64]], "#f7efe0"),
      text(-140, 38, name, { size: 21, weight: 700, fill: "#fff", spacing: 1 }),
    );
  return svg(
    2400,
    1350,
    rect(0, 0, 2400, 700, "#cfe6f0"),
    circle(2010, 170, 80, "#ffe3a0"),
    path("M0 560 q300 -190 640 -40 t700 -40 t560 20 t500 -60 V700 H0 Z", "#9fbfa4"),
    ...Array.from({ length: 14 }, (_, k) => house(60 + k * 164, 170 + ((k * 67) % 90), ["#d98e73", "#e8c37d", "#8fb0a9", "#c9a3b4", "#f2efe6"][k % 5] ?? "", ["#8d4b34", "#5b5f68"][k % 2] ?? "")),
    group("translate(2180 560)", polygon([[-44, 60], [44, 60], [30, -220], [-30, -220]], "#fbf7ec"), polygon([[-40, -20], [40, -20], [35, -100], [-35, -100]], "#d64545"), rect(-26, -270, 52, 50, "#ffe08a"), polygon([[-34, -270], [34, -270], [0, -310]], "#d64545")),
    rect(0, 612, 2400, 40, "#b8ab97"),
    rect(0, 650, 2400, 700, "#3d8fae"),
    ...Array.from({ length: 40 }, (_, k) => line(((k * 271) % 2400) - 60, 690 + ((k * 97) % 620), ((k * 271) % 2400) + 60, 690 + ((k * 97) % 620), "#6fb4cc", 4, { opacity: 0.6 })),
    boat(330, 800, 0.42, "#7b3f61", "HERON"),
    boat(820, 760, 0.34, "#2c6e49", "PETREL"),
    boat(1400, 790, 0.4, "#8a5a2b", "CURLEW"),
    boat(1880, 756, 0.3, "#34577c", "TEAL 417"),
    ...names.map((name, k) => boat(300 + (k % 3) * 800 + (k > 2 ? 180 : 0), k > 2 ? 1190 : 970, k > 2 ? 1.25 : 0.9, ["#b23a48", "#2f6690", "#3a7d44", "#d17b0f", "#5f4b8b", "#1b3a4b"][k] ?? "", name)),
  );
}
