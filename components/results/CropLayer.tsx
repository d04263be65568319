"use client";

import { useRef, useState, type PointerEvent } from "react";
import { useTranslations } from "use-intl";
import type { Box, Point } from "./types.ts";
import { toPicture, visibleBox, type Size, type View } from "./view.ts";

export interface CropLayerProps {
  view: View;
  stage: Size;
  picture: Size;
  busy: boolean;
  onCrop: (box: Box) => void;
  onCancel: () => void;
}

/** Over the stage while a region is being chosen: by dragging, or, by keyboard, the part that is seen. */
export function CropLayer({ view, stage, picture, busy, onCrop, onCancel }: CropLayerProps) {
  const t = useTranslations("results");
  const start = useRef<Point>(undefined);
  const [region, setRegion] = useState<Box>();
  const placeOf = (event: PointerEvent<HTMLElement>): Point => {
    const bounds = event.currentTarget.getBoundingClientRect();
    return toPicture({ x: event.clientX - bounds.left, y: event.clientY - bounds.top }, view, picture);
  };
  const down = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = placeOf(event);
    setRegion(undefined);
  };
  const move = (event: PointerEvent<HTMLElement>) => {
    event.stopPropagation();
    if (start.current) setRegion(between(start.current, placeOf(event)));
  };
  const up = (event: PointerEvent<HTMLElement>) => {
    event.stopPropagation();
    start.current = undefined;
  };
  const isLarge = region !== undefined && (region.x2 - region.x1) * picture.width >= 8 && (region.y2 - region.y1) * picture.height >= 8;
  return (
    <>
      <div className="absolute inset-0 cursor-crosshair touch-none" data-crop="" onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerCancel={up}>
        {region && (
          <div
            className="pointer-events-none absolute border-2 border-white shadow-[0_0_0_1px_black,0_0_0_9999px_rgb(0_0_0/0.5)]"
            style={{
              left: view.x + region.x1 * picture.width * view.scale,
              top: view.y + region.y1 * picture.height * view.scale,
              width: (region.x2 - region.x1) * picture.width * view.scale,
              height: (region.y2 - region.y1) * picture.height * view.scale,
            }}
          />
        )}
      </div>
      <div className="absolute inset-x-3 bottom-3 mx-auto flex w-fit max-w-[calc(100%-1.5rem)] flex-wrap items-center justify-center gap-2 rounded-2xl border border-line bg-surface px-3 py-2 text-sm shadow-lg">
        <span className="px-1 text-muted">{t("cropHint")}</span>
        <button type="button" disabled={busy} onClick={() => onCrop(isLarge ? region : visibleBox(view, { picture, stage }))} className="min-h-11 rounded-full bg-accent px-4 font-medium text-on-accent disabled:opacity-50 md:min-h-8">
          {isLarge ? t("cropRegion") : t("cropVisible")}
        </button>
        <button type="button" onClick={onCancel} className="min-h-11 rounded-full border border-line px-4 md:min-h-8">
          {t("cancel")}
        </button>
      </div>
    </>
  );
}

function between(a: Point, b: Point): Box {
  return { x1: Math.min(a.x, b.x), y1: Math.min(a.y, b.y), x2: Math.max(a.x, b.x), y2: Math.max(a.y, b.y) };
}
