import { expect, test } from "vitest";
import { drawChart } from "./chart.ts";

const chart = drawChart({
  title: "Speed <fast> & slow",
  subtitle: "more is better",
  figure: (value) => `${value}/s`,
  groups: [
    { label: "short", bars: [{ name: "ours", value: 40, ours: true }, { name: "theirs", value: 10, ours: false }] },
    { label: "long", bars: [{ name: "ours", value: 20, ours: true }] },
  ],
});
const bars = [...chart.matchAll(/<rect class="(ours|theirs)" x="(\d+)" y="(\d+)" width="([\d.]+)"/g)].map(([, kind, x, y, width]) => ({ kind, x: Number(x), y: Number(y), width: Number(width) }));

test("bars begin at the same place and are as long as their values", () => {
  expect(bars.map(({ kind }) => kind)).toEqual(["ours", "theirs", "ours"]);
  const [longest, shortest, middle] = bars;
  expect(new Set(bars.map(({ x }) => x)).size).toBe(1);
  expect((longest?.width ?? 0) / (shortest?.width ?? 0)).toBeCloseTo(4, 1);
  expect((longest?.width ?? 0) / (middle?.width ?? 0)).toBeCloseTo(2, 1);
});

test("nothing overlaps and everything is within the picture", () => {
  const height = Number(/height="(\d+)"/.exec(chart)?.[1]);
  const tops = bars.map(({ y }) => y);
  expect(tops).toEqual([...tops].sort((a, b) => a - b));
  tops.slice(1).forEach((top, index) => expect(top - (tops[index] ?? 0)).toBeGreaterThan(18));
  expect(Math.max(...tops) + 18).toBeLessThan(height);
  expect(Math.max(...bars.map(({ x, width }) => x + width))).toBeLessThan(700);
});

test("texts are escaped, values written out, and there are colors for dark pages", () => {
  expect(chart).toContain("Speed &lt;fast&gt; &amp; slow");
  expect(chart).toContain(">40/s<");
  expect(chart).toContain("prefers-color-scheme:dark");
});

test("values of zero are drawn", () => {
  expect(drawChart({ title: "", subtitle: "", figure: String, groups: [{ label: "", bars: [{ name: "", value: 0, ours: true }] }] })).not.toContain("NaN");
});
