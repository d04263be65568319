"use client";

import { useRef, type KeyboardEvent, type PointerEvent } from "react";
import { useTranslations } from "use-intl";
import { viewerLimits } from "../shell/layout.ts";
import { useLayout, useSetLayout } from "../shell/LayoutProvider.tsx";

/** The line between conversation and viewer, at the edge of the viewer: it is dragged, or moved by the arrow keys; a double click puts it in the middle. */
export function Divider() {
  const t = useTranslations("viewer");
  const percent = useLayout((layout) => layout.viewer);
  const set = useSetLayout();
  const dragging = useRef(false);
  const move = (to: number) => set({ type: "viewer", percent: to });

  const onKeyDown = (event: KeyboardEvent) => {
    const target = keyTarget(event, percent);
    if (target === undefined) return;
    event.preventDefault();
    move(target);
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const row = event.currentTarget.closest("aside")?.parentElement?.getBoundingClientRect();
    if (dragging.current && row) move(((row.right - event.clientX) / row.width) * 100);
  };

  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={t("resize")}
      aria-orientation="vertical"
      aria-controls="viewer"
      aria-valuenow={percent}
      aria-valuemin={viewerLimits.min}
      aria-valuemax={viewerLimits.max}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.preventDefault(); // no selection of text
        event.currentTarget.setPointerCapture(event.pointerId);
        dragging.current = true;
      }}
      onPointerMove={onPointerMove}
      onPointerUp={() => (dragging.current = false)}
      onPointerCancel={() => (dragging.current = false)}
      onDoubleClick={() => move(viewerLimits.initial)}
      className="group relative z-20 w-px shrink-0 cursor-col-resize touch-none bg-line outline-none max-md:hidden"
    >
      {/* Wider than it looks. */}
      <span aria-hidden className="absolute inset-y-0 -left-1.5 w-3" />
      <span
        aria-hidden
        className="absolute inset-y-0 -left-px w-[3px] bg-accent opacity-0 transition-opacity group-hover:opacity-60 group-focus-visible:opacity-100 group-active:opacity-100"
      />
    </div>
  );
}

/** Where a key moves the line: the viewer's part in %. */
function keyTarget({ key, shiftKey }: KeyboardEvent, percent: number): number | undefined {
  const step = shiftKey ? 10 : 2;
  switch (key) {
    case "ArrowLeft":
      return percent + step;
    case "ArrowRight":
      return percent - step;
    case "Home":
      return viewerLimits.max;
    case "End":
      return viewerLimits.min;
    default:
      return undefined;
  }
}
