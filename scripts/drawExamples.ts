import { fileURLToPath } from "node:url";
import sharp from "sharp";

/** Draws the example pictures of the empty page: `node --import tsx scripts/drawExamples.ts`. */

const size = 256;
const colors = { red: "#dc2626", green: "#22a046", blue: "#2563eb", yellow: "#facc15", orange: "#f97d14", purple: "#7e2cc8" };

interface Place {
  x: number;
  y: number;
  r: number;
}

const polygon = (points: [number, number][], fill: string) => `<polygon points="${points.map((point) => point.join(",")).join(" ")}" fill="${fill}"/>`;
const circle = ({ x, y, r }: Place, fill: string) => `<circle cx="${x}" cy="${y}" r="${r}" fill="${fill}"/>`;
const square = ({ x, y, r }: Place, fill: string) => `<rect x="${x - r}" y="${y - r}" width="${2 * r}" height="${2 * r}" fill="${fill}"/>`;
const triangle = ({ x, y, r }: Place, fill: string) => polygon([[x, y - r], [x + r, y + r], [x - r, y + r]], fill);
const diamond = ({ x, y, r }: Place, fill: string) => polygon([[x, y - r], [x + 0.8 * r, y], [x, y + r], [x - 0.8 * r, y]], fill);

function star({ x, y, r }: Place, fill: string): string {
  const points = Array.from({ length: 10 }, (_, k): [number, number] => {
    const distance = k % 2 === 0 ? r : 0.42 * r;
    return [x + distance * Math.sin((k * Math.PI) / 5), y - distance * Math.cos((k * Math.PI) / 5)];
  });
  return polygon(points, fill);
}

function heart({ x, y, r }: Place, fill: string): string {
  const points = Array.from({ length: 60 }, (_, k): [number, number] => {
    const a = (k * Math.PI) / 30;
    const height = 13 * Math.cos(a) - 5 * Math.cos(2 * a) - 2 * Math.cos(3 * a) - Math.cos(4 * a);
    return [x + r * Math.sin(a) ** 3, y + (r * (2.5 - height)) / 16];
  });
  return polygon(points, fill);
}

const pictures: Record<string, string> = {
  "circle-and-square": circle({ x: 78, y: 92, r: 46 }, colors.red) + square({ x: 182, y: 170, r: 40 }, colors.blue),
  "four-shapes":
    circle({ x: 70, y: 70, r: 36 }, colors.green) +
    triangle({ x: 186, y: 70, r: 38 }, colors.orange) +
    diamond({ x: 70, y: 186, r: 42 }, colors.purple) +
    square({ x: 186, y: 186, r: 34 }, colors.red),
  "star-and-heart": star({ x: 86, y: 100, r: 54 }, colors.yellow) + heart({ x: 182, y: 172, r: 42 }, colors.red),
};

for (const [name, shapes] of Object.entries(pictures)) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"><rect width="${size}" height="${size}" fill="#fff"/>${shapes}</svg>`;
  await sharp(Buffer.from(svg)).png({ compressionLevel: 9 }).toFile(fileURLToPath(new URL(`../public/examples/${name}.png`, import.meta.url)));
}
