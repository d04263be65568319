import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

/** Draws the icons of the installed page from the mark of components/ui/Mark.tsx: `node --import tsx scripts/drawIcons.ts`. */

const root = new URL("../", import.meta.url);
const green = "#1c6b56";

const eye = `<path d="M5.5 16C8.2 11.2 11.8 8.8 16 8.8s7.8 2.4 10.5 7.2c-2.7 4.8-6.3 7.2-10.5 7.2S8.2 20.8 5.5 16Z" fill="none" stroke="#fff" stroke-width="2.2" stroke-linejoin="round"/><rect x="12.8" y="12.8" width="6.4" height="6.4" rx="1.7" fill="#fff"/>`;

/** `corner`: of 32; `scale` of the eye: a mask may cut away all but the middle four fifths. */
function mark(corner: number, scale: number): Buffer {
  const drawn = `<g transform="translate(16 16) scale(${scale}) translate(-16 -16)">${eye}</g>`;
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="${corner}" fill="${green}"/>${drawn}</svg>`);
}

const icons = [
  { file: "public/icons/mark-192.png", size: 192, svg: mark(9, 1) },
  { file: "public/icons/mark-512.png", size: 512, svg: mark(9, 1) },
  { file: "public/icons/maskable-512.png", size: 512, svg: mark(0, 0.82) },
  // Corners are rounded by the system.
  { file: "app/apple-icon.png", size: 180, svg: mark(0, 0.9) },
];

await mkdir(fileURLToPath(new URL("public/icons/", root)), { recursive: true });
for (const { file, size, svg } of icons) {
  const drawn = sharp(svg, { density: (72 * size) / 32 }).resize(size, size);
  await drawn.png({ compressionLevel: 9, palette: true }).toFile(fileURLToPath(new URL(file, root)));
}
