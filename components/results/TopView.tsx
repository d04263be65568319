"use client";

import { useTranslations } from "use-intl";
import { footprint, type Camera } from "./camera.ts";
import { classKey, type MarkClass } from "./classes.ts";
import type { Mark } from "./types.ts";
import type { Size } from "./view.ts";

type Box3d = Extract<Mark, { kind: "box3d" }>;

export interface TopViewProps {
  marks: readonly Box3d[];
  classes: ReadonlyMap<string, MarkClass>;
  camera: Camera;
  picture: Size;
  pointed: string | undefined;
}

const room = { width: 400, height: 300 };

/** Boxes in space seen from above: the camera below in the middle, what it sees between two lines, rings every few metres. */
export function TopView({ marks, classes, camera, picture, pointed }: TopViewProps) {
  const t = useTranslations("results");
  const outlines = marks.map((mark) => ({ mark, outline: footprint(mark.values) }));
  const points = outlines.flatMap(({ outline }) => outline);
  const ahead = Math.max(...points.map(({ y }) => y), 1);
  const aside = Math.max(...points.map(({ x }) => Math.abs(x)), 1);
  const scale = Math.min((room.height - 40) / ahead, (room.width / 2 - 12) / aside);
  const place = (x: number, y: number) => `${(room.width / 2 + x * scale).toFixed(1)},${(room.height - 20 - y * scale).toFixed(1)}`;
  const step = niceStep(ahead / 4);
  const rings = Array.from({ length: Math.floor(ahead / step) }, (_, index) => (index + 1) * step);
  const left = -camera.cx / camera.fx;
  const right = (picture.width - camera.cx) / camera.fx;
  const far = ahead * 1.5;
  return (
    <figure className="shrink-0 border-t border-line px-3 py-2">
      <figcaption className="text-xs text-muted">{t("topView", { step })}</figcaption>
      <svg role="img" aria-label={t("topViewLabel", { count: marks.length })} viewBox={`0 0 ${room.width} ${room.height}`} className="mx-auto max-h-64 w-full max-w-lg">
        {rings.map((ring) => (
          <g key={ring}>
            <circle cx={room.width / 2} cy={room.height - 20} r={ring * scale} fill="none" stroke="var(--line)" />
            <text x={room.width / 2 + 3} y={room.height - 23 - ring * scale} fontSize="10" fill="var(--muted)">
              {t("metres", { distance: ring })}
            </text>
          </g>
        ))}
        <path d={`M${place(left * far, far)}L${place(0, 0)}L${place(right * far, far)}`} fill="none" stroke="var(--line-strong)" strokeDasharray="4 3" />
        <circle cx={room.width / 2} cy={room.height - 20} r="4" fill="var(--ink)" />
        {outlines.map(({ mark, outline }) => {
          const color = classes.get(classKey(mark))?.color ?? "currentColor";
          return (
            <polygon key={mark.id} data-mark={mark.id} points={outline.map(({ x, y }) => place(x, y)).join(" ")} fill={color} fillOpacity={pointed === mark.id ? 0.75 : 0.3} stroke={color} strokeWidth={pointed === mark.id ? 3 : 1.5}>
              <title>{mark.label}</title>
            </polygon>
          );
        })}
      </svg>
    </figure>
  );
}

/** 1, 2 or 5 times a power of ten. */
function niceStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 0.01)));
  return ([1, 2, 5].find((factor) => factor * power >= value) ?? 10) * power;
}
