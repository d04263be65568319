/** A bar chart as SVG, with colors for light and dark pages. */

export interface Bar {
  name: string;
  value: number;
  ours: boolean;
}

export interface Chart {
  title: string;
  /** The unit, and which direction is better. */
  subtitle: string;
  groups: readonly { label: string; bars: readonly Bar[] }[];
  /** How values are written. */
  figure: (value: number) => string;
}

const width = 760;
const margin = 24;
/** Where bars begin and where the longest ends; its value stands behind it. */
const [barsFrom, barsTo] = [270, 660];
const [barHeight, barPitch, labelHeight, groupGap, headHeight] = [18, 26, 26, 14, 76];

/** Bars from zero, in groups, all to the same scale; each carries its name and value, so that no legend is needed. */
export function drawChart({ title, subtitle, groups, figure }: Chart): string {
  const largest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value)));
  const scale = largest > 0 ? (barsTo - barsFrom) / largest : 0;
  const parts: string[] = [];
  let top = headHeight;
  for (const { label, bars } of groups) {
    parts.push(`<text class="label" x="${margin}" y="${top + 14}">${escaped(label)}</text>`);
    top += labelHeight;
    for (const { name, value, ours } of bars) {
      const end = barsFrom + Math.max(1, value * scale);
      parts.push(
        `<text x="${barsFrom - 12}" y="${top + 13}" text-anchor="end">${escaped(name)}</text>`,
        `<rect class="${ours ? "ours" : "theirs"}" x="${barsFrom}" y="${top}" width="${round(end - barsFrom)}" height="${barHeight}" rx="3"/>`,
        `<text class="${ours ? "value strong" : "value"}" x="${round(end + 8)}" y="${top + 13}">${escaped(figure(value))}</text>`,
      );
      top += barPitch;
    }
    top += groupGap;
  }
  const height = top + 4;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${escaped(`${title}, ${subtitle}`)}</title>`,
    `<style>${style}</style>`,
    `<rect class="page" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="12"/>`,
    `<text class="title" x="${margin}" y="36">${escaped(title)}</text>`,
    `<text class="muted" x="${margin}" y="57">${escaped(subtitle)}</text>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

/** The background is drawn too: pages do not always have the scheme of the system that the picture follows. */
const style = [
  "text{font:13px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#1f2937}",
  ".title{font-size:17px;font-weight:650}.label{font-weight:600}.strong{font-weight:650}.value{font-variant-numeric:tabular-nums}.muted{fill:#4b5563}",
  ".page{fill:#ffffff;stroke:#d1d5db}.ours{fill:#2563eb}.theirs{fill:#8a93a2}",
  "@media (prefers-color-scheme:dark){text{fill:#e5e7eb}.muted{fill:#a7b0bd}.page{fill:#111827;stroke:#374151}.ours{fill:#60a5fa}.theirs{fill:#7d8798}}",
].join("");

function round(value: number): number {
  return Math.round(10 * value) / 10;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
