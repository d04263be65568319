import { circle, group, line, path, polygon, rect, svg, text, wrap } from "./svg.ts";

const ink = "#20242b";

/** Lines of running text, and the place below them. */
function paragraph(x: number, y: number, content: string, { width, size = 19, leading = 28 }: { width: number; size?: number; leading?: number }): { drawn: string; end: number } {
  const lines = wrap(content, width, size * 0.447);
  return { drawn: lines.map((words, index) => text(x, y + index * leading, words, { size, family: "serif", fill: ink })).join(""), end: y + lines.length * leading };
}

function table(x: number, y: number, widths: readonly number[], rows: readonly (readonly string[])[], size = 18): string {
  const total = widths.reduce((sum, width) => sum + width, 0);
  const height = size * 2;
  const cells = rows.flatMap((row, r) => row.map((cell, c) => {
    const left = x + widths.slice(0, c).reduce((sum, width) => sum + width, 0);
    const width = widths[c] ?? 0;
    const style = { size, family: "sans", weight: r === 0 ? 700 : 400, fill: ink } as const;
    return c === 0 ? text(left + 12, y + r * height + size * 1.3, cell, style) : text(left + width - 12, y + r * height + size * 1.3, cell, { ...style, anchor: "end" });
  }));
  return rect(x, y, total, height, "#eef1f4") + cells.join("") + rows.map((_, r) => line(x, y + r * height, x + total, y + r * height, "#b8bfc9", 1.5)).join("") + line(x, y + rows.length * height, x + total, y + rows.length * height, "#20242b", 2);
}

function bars(x: number, y: number, { width, height, values, color = "#2f6690" }: { width: number; height: number; values: readonly (readonly [string, number])[]; color?: string }): string {
  const most = Math.max(...values.map(([, value]) => value)) * 1.15;
  const step = width / values.length;
  const grid = [0, 0.25, 0.5, 0.75, 1].map((part) => line(x, y - height * part, x + width, y - height * part, "#dfe3e8", 1.5)).join("");
  return grid + values.map(([label, value], index) => {
    const tall = (value / most) * height;
    const left = x + index * step + step * 0.2;
    return rect(left, y - tall, step * 0.6, tall, color, { rx: 3 }) + text(left + step * 0.3, y - tall - 8, String(value), { size: 16, anchor: "middle", weight: 700 }) + text(left + step * 0.3, y + 24, label, { size: 16, anchor: "middle" });
  }).join("") + line(x, y, x + width, y, ink, 2);
}

/** A printed page with a heading, two columns, a figure, a table and a formula. */
export function page(): string {
  const column = { width: 510 };
  const first = paragraph(96, 380, "Rain gardens are shallow, planted hollows that collect the water running off roofs and streets. They hold it for a day or two, while it seeps into the ground and plants take it up. Where they replace sealed ground, less water reaches the sewers during a storm.", column);
  const second = paragraph(96, first.end + 20, "For this study twelve gardens were built along Mill Street in the spring of 2024. Sensors recorded the flow at the inlet and the level of the water every five minutes until October.", column);
  const third = paragraph(640, 1048, "Over the season the gardens kept back 71 % of the rain that fell on the street. Only during the storm of 14 August, with 46 mm in two hours, did all of them overflow.", column);
  const fourth = paragraph(640, third.end + 20, "The plants survived both the flood and the drought that followed it. Sedges and irises did best; lavender was lost in the two lowest gardens.", column);
  return svg(
    1240,
    1560,
    rect(0, 0, 1240, 1560, "#fdfcf9"),
    text(96, 110, "URBAN WATER LETTERS  ·  VOL. 7  ·  2025", { size: 18, spacing: 2, fill: "#6b7280" }),
    line(96, 130, 1144, 130, "#20242b", 2),
    text(96, 206, "Small Gardens, Large Storms", { size: 54, weight: 700, family: "serif", fill: ink }),
    text(96, 262, "What twelve rain gardens on one street kept out of the sewer", { size: 27, family: "serif", italic: true, fill: "#4b5563" }),
    text(96, 318, "L. Moreau, T. Okafor and J. Lindqvist", { size: 20, weight: 700 }),
    line(96, 338, 1144, 338, "#c9ced6", 1.5),
    first.drawn,
    second.drawn,
    text(96, second.end + 42, "1  Water balance", { size: 26, weight: 700, family: "serif" }),
    paragraph(96, second.end + 84, "The share that a garden keeps back follows from what flows in and what leaves over its edge:", column).drawn,
    rect(96, second.end + 150, 510, 84, "#f3f1ea", { rx: 6 }),
    ...([["R = 1 −", 306, "end", 34, 0], ["V", 322, "start", 34, 0], ["out", 344, "start", 19, 10], ["/", 384, "start", 34, 0], ["V", 404, "start", 34, 0], ["in", 426, "start", 19, 10]] as const).map(([words, x, anchor, size, down]) =>
      text(x, second.end + 202 + down, words, { size, family: "serif", italic: true, anchor }),
    ),
    text(576, second.end + 204, "(1)", { size: 20, family: "serif", anchor: "end" }),
    text(96, second.end + 292, "Table 1. Water kept back in each month", { size: 18, weight: 700 }),
    table(96, second.end + 308, [190, 160, 160], [["Month", "Rain (mm)", "Kept (%)"], ["May", "58", "83"], ["June", "71", "79"], ["July", "64", "81"], ["August", "112", "52"], ["September", "49", "86"]]),
    // The figure: a section through a garden.
    rect(640, 360, 510, 300, "#eaf3f6", { rx: 8 }),
    path("M640 520 h110 q40 0 60 50 q20 34 80 34 q70 0 92 -36 q18 -48 60 -48 h108 v140 H640 Z", "#b58f63"),
    path("M786 552 h232 q-22 50 -70 52 h-60 q-88 -4 -102 -52z", "#7fbfdc"),
    path("M640 600 h510 v60 H640 Z", "#8d6c47"),
    ...[0, 1, 2, 3, 4, 5].map((k) => path(`M${820 + k * 32} 590 q-4 -${60 + (k % 3) * 20} -${14 - k * 4} -${90 + (k % 3) * 24} M${824 + k * 32} 590 q8 -50 ${18 - k * 2} -${76 + (k % 2) * 20}`, "none", { stroke: ["#3d8b4f", "#5aa65f"][k % 2] ?? "", "stroke-width": 6, "stroke-linecap": "round" })),
    rect(640, 506, 96, 14, "#6b7280"),
    ...[660, 690, 720].map((x) => line(x, 400, x - 10, 440, "#5b9fc4", 4)),
    polygon([[740, 536], [772, 552], [738, 560]], "#2f6690"),
    text(652, 496, "street", { size: 17, fill: "#4b5563" }),
    text(1110, 570, "soil", { size: 17, anchor: "end", fill: "#fff" }),
    text(640, 692, "Figure 1. Section through a garden after rain", { size: 18, weight: 700 }),
    bars(660, 930, { width: 470, height: 170, values: [["May", 83], ["Jun", 79], ["Jul", 81], ["Aug", 52], ["Sep", 86]] }),
    text(640, 992, "Figure 2. Share of the rain kept back, in per cent", { size: 18, weight: 700 }),
    third.drawn,
    fourth.drawn,
    text(640, fourth.end + 42, "2  Costs", { size: 26, weight: 700, family: "serif" }),
    paragraph(640, fourth.end + 84, "One garden cost 4,300 euros to build and takes six hours of care a year, which neighbours now share. Widening the sewer instead would have cost eleven times as much.", column).drawn,
    line(96, 1470, 1144, 1470, "#c9ced6", 1.5),
    text(96, 1504, "An invented article, drawn as an example.", { size: 16, fill: "#6b7280" }),
    text(1144, 1504, "17", { size: 18, anchor: "end", family: "serif" }),
  );
}

export function receipt(): string {
  const rows: readonly (readonly [string, string, string])[] = [["Sourdough bread", "1", "4.20"], ["Oat milk 1 l", "2", "3.90"], ["Tomatoes 0.6 kg", "1", "2.34"], ["Goat cheese", "1", "5.80"], ["Olive oil 500 ml", "1", "9.50"], ["Dark chocolate", "3", "6.75"]];
  const mono = (x: number, y: number, words: string, anchor: "start" | "middle" | "end" = "start", size = 23, weight = 400) => text(x, y, words, { size, family: "mono", anchor, weight, fill: "#2b2b2b" });
  const dashes = (y: number) => line(90, y, 550, y, "#8a8a8a", 2, { "stroke-dasharray": "8 7" });
  const code = Array.from({ length: 58 }, (_, index) => rect(128 + index * 6.6, 856, [2, 4, 3, 5, 2][(index * 7) % 5] ?? 2, 60, index % 9 === 4 ? "#fdfdfb" : "#2b2b2b")).join("");
  const edge = (y: number, way: number) => path(`M50 ${y} ${Array.from({ length: 27 }, () => `l10 ${10 * way} l10 ${-10 * way}`).join(" ")}`, "#fdfdfb");
  return svg(
    640,
    1000,
    rect(0, 0, 640, 1000, "#c9b49a"),
    ...[0, 1, 2, 3, 4].map((k) => rect(0, k * 210, 640, 3, "#b8a287")),
    rect(58, 40, 540, 930, "#000", { opacity: 0.12 }),
    rect(50, 30, 540, 930, "#fdfdfb"),
    edge(960, 1),
    circle(320, 92, 30, "#2f6f62"),
    path("M306 104 q14 -44 30 -22 q-2 22 -30 22z", "#fff"),
    mono(320, 158, "GREEN CORNER MARKET", "middle", 28, 700),
    mono(320, 192, "14 Mill Street, Brookfield", "middle", 20),
    mono(320, 220, "Tel. 555 0142", "middle", 20),
    dashes(250),
    mono(90, 286, "Date 2025-03-18"),
    mono(550, 286, "17:42", "end"),
    mono(90, 318, "Receipt 004217"),
    mono(550, 318, "Till 3", "end"),
    dashes(344),
    ...rows.map(([name, count, price], index) => mono(90, 386 + index * 38, name) + mono(410, 386 + index * 38, `× ${count}`) + mono(550, 386 + index * 38, price, "end")),
    dashes(606),
    mono(90, 646, "Subtotal") + mono(550, 646, "32.49", "end"),
    mono(90, 680, "Tax 7 %") + mono(550, 680, "2.27", "end"),
    mono(90, 732, "TOTAL EUR", "start", 32, 700) + mono(550, 732, "34.76", "end", 32, 700),
    mono(90, 778, "Card ····  8810") + mono(550, 778, "34.76", "end"),
    dashes(806),
    mono(320, 838, "Thank you!", "middle", 22),
    code,
    mono(320, 942, "0 042170 318174", "middle", 18),
  );
}

/** A signpost, a shop and notices in two languages. */
export function signs(): string {
  const arrow = (y: number, words: string, sub: string, color: string, left: boolean) => group(`translate(330 ${y})`, left ? polygon([[-250, 44], [-200, 0], [200, 0], [200, 88], [-200, 88]], color) : polygon([[250, 44], [200, 0], [-200, 0], [-200, 88], [200, 88]], color), text(0, 42, words, { size: 34, weight: 700, fill: "#fff", anchor: "middle" }), text(0, 74, sub, { size: 24, fill: "#fff", anchor: "middle" }));
  return svg(
    1200,
    800,
    rect(0, 0, 1200, 800, "#dcebf2"),
    rect(600, 120, 600, 600, "#e3c9a0"),
    rect(600, 120, 600, 18, "#fff", { opacity: 0.6 }),
    rect(0, 700, 1200, 100, "#cfc9bc"),
    rect(316, 120, 28, 620, "#5d646d", { rx: 6 }),
    circle(330, 116, 20, "#5d646d"),
    arrow(150, "Old Harbour", "老港口 800 m", "#2f6690", false),
    arrow(262, "Museum", "博物馆 350 m", "#8a5a2b", true),
    arrow(374, "Station", "火车站 1.2 km", "#2c6e49", false),
    rect(640, 190, 520, 110, "#8d2f3a", { rx: 8 }),
    text(900, 240, "TEA HOUSE", { size: 40, weight: 700, fill: "#fbe9c9", anchor: "middle", spacing: 4 }),
    text(900, 284, "清风茶馆", { size: 34, weight: 700, fill: "#fbe9c9", anchor: "middle", spacing: 8 }),
    rect(660, 340, 250, 260, "#bfdbe6", { rx: 4 }),
    rect(960, 340, 170, 360, "#6b4a35", { rx: 4 }),
    circle(1110, 530, 8, "#f4d58d"),
    rect(690, 380, 190, 150, "#fffdf5"),
    text(785, 420, "OPEN", { size: 34, weight: 700, fill: "#2c6e49", anchor: "middle" }),
    text(785, 456, "营业中", { size: 26, fill: "#2c6e49", anchor: "middle" }),
    text(785, 490, "Tue – Sun", { size: 20, anchor: "middle" }),
    text(785, 516, "10:00 – 19:00", { size: 20, anchor: "middle" }),
    rect(982, 400, 126, 84, "#fffdf5"),
    text(1045, 434, "Please ring", { size: 19, anchor: "middle" }),
    text(1045, 464, "请按门铃", { size: 22, anchor: "middle" }),
    group("translate(120 560)", polygon([[-70, 170], [0, 0], [70, 170]], "#f2f0e8"), polygon([[-70, 170], [0, 0], [-40, 170]], "#d9d5c8"), text(6, 92, "Green tea", { size: 19, weight: 700, anchor: "middle" }), text(6, 120, "绿茶 €3", { size: 20, anchor: "middle", fill: "#8d2f3a" })),
    text(1160, 776, "Mill Street 14", { size: 22, anchor: "end", fill: "#5d646d" }),
  );
}

/** Pages of a yearly report. */
export function report(number: 1 | 2 | 3 | 4): string {
  const width = { width: 690, size: 18 };
  const heading = (y: number, words: string) => text(74, y, words, { size: 30, weight: 700, fill: "#1f3b57" });
  const content = {
    1: () => [
      rect(0, 0, 850, 420, "#1f3b57"),
      circle(700, 120, 210, "#2f6690"),
      circle(760, 300, 120, "#4f9d8f"),
      text(74, 220, "Brookfield Library", { size: 54, weight: 700, fill: "#fff" }),
      text(74, 280, "Yearly report 2024", { size: 34, fill: "#d5e4ee" }),
      heading(520, "Contents"),
      ...[["Visitors and loans", "2"], ["Money", "3"], ["What comes next", "4"]].map(([name = "", at = ""], k) => text(74, 580 + k * 44, name, { size: 22 }) + text(770, 580 + k * 44, at, { size: 22, anchor: "end" }) + line(74, 592 + k * 44, 770, 592 + k * 44, "#d4d9df", 1.5)),
      paragraph(74, 780, "The library opened on 294 days. This report tells who came, what was lent, what it cost, and what we plan for 2025.", width).drawn,
    ],
    2: () => [
      heading(120, "Visitors and loans"),
      paragraph(74, 172, "More people came than in any year before: 81,400 visits, 12 % more than in 2023. Loans grew more slowly; audio books made up for fewer films.", width).drawn,
      text(74, 300, "Table 1. Loans by kind", { size: 18, weight: 700 }),
      table(74, 316, [280, 140, 140, 140], [["Kind", "2022", "2023", "2024"], ["Books", "96,200", "98,050", "99,900"], ["Audio books", "8,150", "11,300", "15,720"], ["Films", "12,400", "9,870", "7,640"], ["Games", "3,020", "3,480", "4,110"]]),
      text(74, 590, "Figure 1. Visits in thousands", { size: 18, weight: 700 }),
      bars(90, 900, { width: 670, height: 260, values: [["2020", 31], ["2021", 44], ["2022", 66], ["2023", 73], ["2024", 81]] }),
      paragraph(74, 1000, "The reading room is busiest on Saturdays between eleven and two.", width).drawn,
    ],
    3: () => [
      heading(120, "Money"),
      paragraph(74, 172, "Income and spending were balanced. Heating cost a third less after the new windows of March.", width).drawn,
      text(74, 264, "Table 2. Income (thousand euros)", { size: 18, weight: 700 }),
      table(74, 280, [420, 140, 140], [["Source", "2023", "2024"], ["Town of Brookfield", "410", "425"], ["Membership fees", "38", "41"], ["Donations", "12", "19"], ["Total", "460", "485"]]),
      text(74, 524, "Table 3. Spending (thousand euros)", { size: 18, weight: 700 }),
      table(74, 540, [420, 140, 140], [["Purpose", "2023", "2024"], ["Staff", "262", "270"], ["Media", "98", "112"], ["Building", "87", "71"], ["Events", "13", "32"], ["Total", "460", "485"]]),
    ],
    4: () => [
      heading(120, "What comes next"),
      paragraph(74, 172, "In 2025 the library will open on Sunday afternoons from April on. A workshop with tools to borrow moves into the cellar, and the children's room gets a stage.", width).drawn,
      ...[["April", "Sunday opening"], ["June", "Workshop opens"], ["September", "New children's room"], ["November", "Night of reading"]].map(([month = "", what = ""], k) => circle(100, 330 + k * 110, 16, ["#2f6690", "#4f9d8f", "#d17b0f", "#8a3d62"][k] ?? "") + (k < 3 ? line(100, 350 + k * 110, 100, 420 + k * 110, "#c9ced6", 4) : "") + text(140, 326 + k * 110, month, { size: 22, weight: 700 }) + text(140, 354 + k * 110, what, { size: 20, fill: "#4b5563" })),
      paragraph(74, 830, "Questions about this report: library@brookfield.example", width).drawn,
    ],
  }[number]();
  return svg(850, 1200, rect(0, 0, 850, 1200, "#fff"), ...content, text(74, 1160, "Invented for this example", { size: 14, fill: "#8a919b" }), text(770, 1160, String(number), { size: 16, anchor: "end", fill: "#4b5563" }));
}

/** A page for the web, drawn by hand. */
export function sketch(): string {
  const wobble = (x: number, y: number, w: number, h: number) => path(`M${x} ${y + 3} q${w / 2} -7 ${w} 0 q5 ${h / 2} -1 ${h} q-${w / 2} 6 -${w} -2 q-5 -${h / 2} 1 -${h}z`, "none", { stroke: "#2b3a67", "stroke-width": 4, "stroke-linejoin": "round" });
  const scribble = (x: number, y: number, w: number) => path(`M${x} ${y} ${Array.from({ length: Math.floor(w / 24) }, (_, k) => `q6 ${k % 2 ? 7 : -7} 12 0 q6 ${k % 2 ? -6 : 6} 12 0`).join(" ")}`, "none", { stroke: "#6b78a8", "stroke-width": 3, "stroke-linecap": "round" });
  const hand = (x: number, y: number, words: string, size = 34, anchor: "start" | "middle" = "start") => text(x, y, words, { size, italic: true, weight: 700, fill: "#2b3a67", anchor, family: "serif" });
  const card = (x: number, name: string) => wobble(x, 470, 300, 260) + wobble(x + 24, 492, 252, 120) + line(x + 26, 494, x + 274, 610, "#9aa5cc", 3) + line(x + 274, 494, x + 26, 610, "#9aa5cc", 3) + hand(x + 150, 654, name, 30, "middle") + scribble(x + 40, 690, 220);
  return svg(
    1200,
    860,
    rect(0, 0, 1200, 860, "#fdfbf4"),
    ...Array.from({ length: 21 }, (_, k) => line(0, 40 + k * 40, 1200, 40 + k * 40, "#e4ecf5", 1.5)),
    wobble(60, 50, 1080, 760),
    line(62, 130, 1138, 128, "#2b3a67", 4),
    hand(90, 106, "Green Thumb"),
    ...["Home", "Plants", "Contact"].map((name, k) => hand(740 + k * 132, 104, name, 28)),
    hand(100, 230, "Plants for every room", 50),
    scribble(104, 276, 430),
    scribble(104, 308, 380),
    path("M104 350 q110 -8 220 0 q10 28 -2 58 q-110 8 -216 0 q-10 -28 -2 -58z", "#cfe8d5", { stroke: "#2b3a67", "stroke-width": 4 }),
    hand(214, 390, "Shop now", 28, "middle"),
    wobble(720, 166, 380, 260),
    path("M910 400 q-8 -90 0 -150 M910 330 q-70 -10 -84 -70 q70 0 84 70 M912 300 q60 -14 74 -74 q-66 4 -74 74 M860 400 h104 l-14 20 h-76z", "none", { stroke: "#3d8b4f", "stroke-width": 5, "stroke-linejoin": "round" }),
    card(100, "Monstera  €29"),
    card(448, "Fern  €14"),
    card(796, "Cactus  €9"),
    hand(600, 790, "© Green Thumb 2025", 24, "middle"),
  );
}

/** A chart of two lines over bars, as it would be made by a program. */
export function chart(): string {
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const rain = [62, 48, 55, 41, 66, 72, 58, 91, 63, 70, 77, 69];
  const warmest = [5, 7, 12, 17, 21, 25, 28, 27, 22, 16, 10, 6];
  const coldest = [-2, -1, 2, 6, 10, 13, 16, 15, 11, 7, 3, 0];
  const left = 110;
  const bottom = 620;
  const step = 80;
  const rainY = (value: number) => bottom - value * 4.6;
  const warmY = (value: number) => bottom - 80 - value * 13;
  const curve = (values: readonly number[], color: string) => path(`M${values.map((value, k) => `${left + 40 + k * step} ${warmY(value)}`).join(" L")}`, "none", { stroke: color, "stroke-width": 4, "stroke-linejoin": "round" }) + values.map((value, k) => circle(left + 40 + k * step, warmY(value), 7, "#fff", { stroke: color, "stroke-width": 4 })).join("");
  return svg(
    1200,
    760,
    rect(0, 0, 1200, 760, "#fff"),
    text(600, 58, "Climate of Brookfield", { size: 34, weight: 700, anchor: "middle" }),
    ...[0, 20, 40, 60, 80, 100].map((value) => line(left, rainY(value), left + 960, rainY(value), "#e5e8ec", 1.5) + text(left - 14, rainY(value) + 6, String(value), { size: 18, anchor: "end" })),
    ...[0, 10, 20, 30].map((value) => text(left + 976, warmY(value) + 6, String(value), { size: 18, fill: "#b23a48" })),
    ...rain.map((value, k) => rect(left + 16 + k * step, rainY(value), 48, bottom - rainY(value), "#9cc4e0")),
    ...months.map((month, k) => text(left + 40 + k * step, bottom + 32, month, { size: 18, anchor: "middle" })),
    curve(warmest, "#d1495b"),
    curve(coldest, "#2f6690"),
    line(left, bottom, left + 960, bottom, ink, 2),
    line(left, 120, left, bottom, ink, 2),
    group("translate(40 380) rotate(-90)", text(0, 0, "Rain (mm)", { size: 20, anchor: "middle" })),
    group("translate(1160 380) rotate(90)", text(0, 0, "Temperature (°C)", { size: 20, anchor: "middle", fill: "#b23a48" })),
    rect(340, 690, 26, 18, "#9cc4e0") + text(376, 706, "Rain", { size: 20 }),
    line(490, 699, 530, 699, "#d1495b", 4) + text(544, 706, "Warmest day", { size: 20 }),
    line(720, 699, 760, 699, "#2f6690", 4) + text(774, 706, "Coldest night", { size: 20 }),
  );
}
