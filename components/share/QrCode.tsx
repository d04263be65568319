"use client";

import { useMemo } from "react";
import { encode } from "uqr";

/** Light modules around the code, without which cameras do not find it. */
const quiet = 4;

/** An address for a camera; always dark on light, as cameras expect. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { path, size } = useMemo(() => draw(text), [text]);
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges" className="w-44 max-w-full rounded-2xl border border-line bg-white">
      <path d={path} fill="#000" />
    </svg>
  );
}

/** One path of all dark modules, a run of them at a time. */
export function draw(text: string): { path: string; size: number } {
  const { data, size } = encode(text, { border: quiet });
  const runs = data.flatMap((row, y) =>
    row.flatMap((dark, x) => {
      if (!dark || row[x - 1] === true) return [];
      const end = row.indexOf(false, x);
      return [`M${x} ${y}h${(end === -1 ? size : end) - x}v1H${x}z`];
    }),
  );
  return { path: runs.join(""), size };
}
