"use client";

import { memo } from "react";
import type { Mark } from "./types.ts";
import type { Size } from "./view.ts";

type TextMark = Extract<Mark, { kind: "text" }>;

/** Spotted text as words that can be selected and copied: transparent, over those of the picture, and as wide as they are. */
export const TextLayer = memo(function TextLayer({ marks, picture: { width, height } }: { marks: readonly TextMark[]; picture: Size }) {
  return (
    <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" className="pointer-events-none absolute inset-0 size-full overflow-visible">
      {marks.map(({ id, label, box }) => {
        const lines = label.split("\n");
        const lineHeight = ((box.y2 - box.y1) * height) / lines.length;
        return lines.map((line, index) => (
          <text
            key={`${id} ${index}`}
            data-mark={id}
            data-selectable=""
            x={box.x1 * width}
            y={box.y1 * height + lineHeight * (index + 0.8)}
            fontSize={lineHeight * 0.86}
            textLength={Math.max((box.x2 - box.x1) * width, 1)}
            lengthAdjust="spacingAndGlyphs"
            className="pointer-events-auto cursor-text fill-transparent whitespace-pre select-text"
          >
            {line}
          </text>
        ));
      })}
    </svg>
  );
});
