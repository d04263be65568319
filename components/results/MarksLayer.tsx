"use client";

import clsx from "clsx";
import { memo } from "react";
import { edges, project, type Camera } from "./camera.ts";
import { classKey, type MarkClass } from "./classes.ts";
import { edgeColor } from "./palette.ts";
import type { Box, Mark, Point } from "./types.ts";
import type { Size } from "./view.ts";

export interface MarksLayerProps {
  marks: readonly Mark[];
  classes: ReadonlyMap<string, MarkClass>;
  /** Of each point: its place among the points. */
  numbers: ReadonlyMap<string, number>;
  picture: Size;
  camera: Camera;
  /** Whether names stand at the marks. */
  names: boolean;
}

/** Where names would hide the picture they are left out. */
const mostNames = 40;

/**
 * All marks of a picture, drawn in its own pixels, so that zooming changes nothing in here. Lines keep their width on the screen
 * and have a white edge. Small marks lie over large ones, so that each can be pointed at.
 */
export const MarksLayer = memo(function MarksLayer({ marks, classes, numbers, picture, camera, names }: MarksLayerProps) {
  const colorOf = (mark: Mark) => classes.get(classKey(mark))?.color ?? edgeColor;
  const sorted = [...marks].sort((a, b) => area(b) - area(a));
  const only = marks.length === 1 && marks[0]?.kind === "box" ? marks[0].box : undefined;
  return (
    <>
      <svg aria-hidden viewBox={`0 0 ${picture.width} ${picture.height}`} preserveAspectRatio="none" className="absolute inset-0 size-full overflow-visible">
        {only && <Dimmed box={only} picture={picture} />}
        {sorted.map((mark) => (
          <Shape key={mark.id} mark={mark} color={colorOf(mark)} picture={picture} camera={camera} />
        ))}
      </svg>
      {marks.map((mark) => mark.kind === "point" && <Dot key={mark.id} id={mark.id} point={mark.point} number={numbers.get(mark.id)} color={colorOf(mark)} />)}
      {names && marks.length <= mostNames && marks.map((mark) => mark.kind === "box" && mark.label !== "" && <Name key={mark.id} label={mark.label} box={mark.box} color={colorOf(mark)} />)}
    </>
  );
});

function area(mark: Mark): number {
  return mark.kind === "box" || mark.kind === "text" ? (mark.box.x2 - mark.box.x1) * (mark.box.y2 - mark.box.y1) : mark.kind === "box3d" ? 2 : 0;
}

/** The mark that is pointed at, over all others. */
export function PointedMark({ mark, color, number, picture, camera }: { mark: Mark; color: string; number: number | undefined; picture: Size; camera: Camera }) {
  return (
    <div aria-hidden data-pointed={mark.id} className="pointer-events-none absolute inset-0">
      <svg viewBox={`0 0 ${picture.width} ${picture.height}`} preserveAspectRatio="none" className="absolute inset-0 size-full overflow-visible">
        <Shape mark={mark} color={color} picture={picture} camera={camera} pointed />
      </svg>
      {mark.kind === "point" && <Dot id={mark.id} point={mark.point} number={number} color={color} pointed />}
      {(mark.kind === "box" || mark.kind === "text") && mark.label !== "" && <Name label={mark.label} box={mark.box} color={color} />}
      {mark.kind === "point" && mark.label !== "" && <Name label={mark.label} box={{ x1: mark.point.x, y1: mark.point.y, x2: mark.point.x, y2: mark.point.y }} color={color} apart />}
    </div>
  );
}

/** Everything but the one box that was asked for. */
function Dimmed({ box, picture: { width, height } }: { box: Box; picture: Size }) {
  const inner = `M${box.x1 * width} ${box.y1 * height}H${box.x2 * width}V${box.y2 * height}H${box.x1 * width}Z`;
  return <path d={`M0 0H${width}V${height}H0Z${inner}`} fillRule="evenodd" className="pointer-events-none fill-black/45" />;
}

interface ShapeProps {
  mark: Mark;
  color: string;
  picture: Size;
  camera: Camera;
  pointed?: boolean;
}

function Shape({ mark, color, picture: { width, height }, camera, pointed = false }: ShapeProps) {
  switch (mark.kind) {
    case "box":
    case "text": {
      const { x1, y1, x2, y2 } = mark.box;
      const place = { x: x1 * width, y: y1 * height, width: Math.max((x2 - x1) * width, 0.5), height: Math.max((y2 - y1) * height, 0.5) };
      const thin = mark.kind === "text" && !pointed;
      return (
        <g data-mark={mark.id}>
          <rect {...place} fill={color} fillOpacity={pointed ? 0.22 : 0} stroke={edgeColor} strokeOpacity={0.85} strokeWidth={pointed ? 7 : thin ? 2.5 : 4.5} vectorEffect="non-scaling-stroke" pointerEvents={pointed ? "none" : "all"} />
          <rect {...place} fill="none" stroke={color} strokeWidth={pointed ? 4 : thin ? 1.25 : 2.25} vectorEffect="non-scaling-stroke" pointerEvents="none" />
        </g>
      );
    }
    case "box3d": {
      const corners = project(mark.values, camera);
      if (!corners) return null;
      const lines = edges.map(([from, to]) => line(corners[from], corners[to])).join("");
      return (
        <g data-mark={mark.id}>
          <path d={lines} fill="none" stroke={edgeColor} strokeOpacity={0.85} strokeWidth={pointed ? 7 : 4} vectorEffect="non-scaling-stroke" pointerEvents={pointed ? "none" : "stroke"} />
          <path d={lines} fill="none" stroke={color} strokeWidth={pointed ? 4 : 2} strokeLinecap="round" vectorEffect="non-scaling-stroke" pointerEvents="none" />
        </g>
      );
    }
    case "point":
      return null;
  }
}

function line(from: Point | undefined, to: Point | undefined): string {
  return from && to ? `M${from.x.toFixed(1)} ${from.y.toFixed(1)}L${to.x.toFixed(1)} ${to.y.toFixed(1)}` : "";
}

function Dot({ id, point, number, color, pointed = false }: { id: string; point: Point; number: number | undefined; color: string; pointed?: boolean }) {
  return (
    <span
      aria-hidden
      data-mark={id}
      className={clsx(
        "absolute grid -translate-1/2 place-items-center rounded-full border-2 border-white px-1 text-[0.6875rem] leading-none font-semibold text-white tabular-nums shadow-[0_0_0_1px_rgb(0_0_0/0.5)] select-none",
        pointed ? "h-7 min-w-7 ring-3 ring-white" : "h-5.5 min-w-5.5",
      )}
      style={{ left: `${point.x * 100}%`, top: `${point.y * 100}%`, backgroundColor: color }}
    >
      {number}
    </span>
  );
}

/** Above its box, or within it where there is no room above. */
function Name({ label, box, color, apart = false }: { label: string; box: Box; color: string; apart?: boolean }) {
  const inside = box.y1 < 0.045;
  return (
    <span
      aria-hidden
      className={clsx(
        "pointer-events-none absolute max-w-60 truncate rounded-sm px-1 text-[0.6875rem] leading-4 font-medium text-white shadow-[0_0_0_1px_rgb(255_255_255/0.85)] select-none",
        apart ? "translate-x-4 -translate-y-1/2" : !inside && "-translate-y-full",
      )}
      style={{ left: `${box.x1 * 100}%`, top: `${box.y1 * 100}%`, backgroundColor: color }}
    >
      {label}
    </span>
  );
}
