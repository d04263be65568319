"use client";

import { useCallback, useEffect, useMemo, useState } from "react";
import type { Box, Point } from "./types.ts";
import { fitView, panView, showBox, zoomView, type Size, type View } from "./view.ts";

export interface PictureView {
  /** Undefined until the stage was measured. */
  view: View | undefined;
  stage: Size | undefined;
  fits: boolean;
  /** `at`: what stays in its place; the middle where it is not given. */
  zoom: (factor: number, at?: Point) => void;
  pan: (by: Point) => void;
  fit: () => void;
  show: (box: Box) => void;
}

/**
 * Zoom and pan of a picture in a stage whose size may change; while nothing was changed the whole picture is shown. The second
 * value is the ref of the stage's element.
 */
export function usePictureView({ width, height }: Size): [PictureView, (element: HTMLElement | null) => void] {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const [stage, setStage] = useState<Size>();
  const [moved, setMoved] = useState<View>();
  useEffect(() => {
    if (!element) return;
    const observer = new ResizeObserver(() => setStage({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);

  const limits = useMemo(() => stage && { picture: { width, height }, stage }, [width, height, stage]);
  const change = useCallback(
    (next: (view: View, at: { picture: Size; stage: Size }) => View) => {
      if (limits) setMoved((view) => next(view ?? fitView(limits.picture, limits.stage), limits));
    },
    [limits],
  );
  const zoom = useCallback(
    (factor: number, at?: Point) => change((view, known) => zoomView(view, factor, at ?? { x: known.stage.width / 2, y: known.stage.height / 2 }, known)),
    [change],
  );
  const pan = useCallback((by: Point) => change((view, known) => panView(view, by, known)), [change]);
  const show = useCallback((box: Box) => change((_, known) => showBox(box, known)), [change]);
  const fit = useCallback(() => setMoved(undefined), []);

  // React listens to the wheel passively, and the page would scroll.
  useEffect(() => {
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const bounds = element.getBoundingClientRect();
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
      zoom(Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.002)), { x: event.clientX - bounds.left, y: event.clientY - bounds.top });
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [element, zoom]);

  const view = moved ?? (limits && fitView(limits.picture, limits.stage));
  return [{ view, stage, fits: moved === undefined, zoom, pan, fit, show }, setElement];
}
