"use client";

import { Shrink } from "lucide-react";
import { useEffect, useMemo, useRef, useState, type MouseEvent, type PropsWithChildren, type RefObject } from "react";
import { useTranslations } from "use-intl";
import { useGestures } from "../results/useGestures.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { panFrame, wholeFrame, zoomFrame, type FrameZoom } from "./frameZoom.ts";

/** A clip's picture with what lies over it: two fingers or Ctrl and the wheel zoom, and what is larger than its place can be dragged. */
export function ZoomableScreen({ children }: PropsWithChildren) {
  const t = useTranslations("clips");
  const stage = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState<FrameZoom>(wholeFrame);
  const actions = useMemo(() => {
    const share = ({ x, y }: { x: number; y: number }) => ({ x: x / Math.max(stage.current?.clientWidth ?? 1, 1), y: y / Math.max(stage.current?.clientHeight ?? 1, 1) });
    return {
      zoom: (factor: number, at?: { x: number; y: number }) => setZoom((before) => zoomFrame(before, factor, at && share(at))),
      pan: (by: { x: number; y: number }) => setZoom((before) => panFrame(before, share(by))),
      fit: () => setZoom(wholeFrame),
    };
  }, []);
  const { isDrag, ...gestures } = useDrags(useGestures(actions));
  useWheel(stage, actions.zoom);
  const { scale, x, y } = zoom;
  const percent = (value: number) => `${value * 100}%`;
  return (
    <div
      ref={stage}
      data-zoom={scale}
      {...gestures}
      // What was dragged was not pressed; by a key (detail 0) nothing is dragged.
      onClickCapture={(event) => event.detail > 0 && isDrag() && event.stopPropagation()}
      className="relative size-full touch-none overflow-hidden"
    >
      <div className="absolute" style={{ width: percent(scale), height: percent(scale), left: percent(x), top: percent(y) }}>
        {children}
      </div>
      {scale > 1 && (
        <IconButton label={t("wholeFrame")} onClick={actions.fit} className="absolute top-2 right-2 bg-surface/85 text-ink">
          <Shrink aria-hidden />
        </IconButton>
      )}
    </div>
  );
}

type Gestures = ReturnType<typeof useGestures>;

/** The gestures, and whether the last press moved. */
function useDrags({ onPointerDown, onPointerMove, onPointerUp, onPointerCancel }: Gestures) {
  const from = useRef({ x: 0, y: 0 });
  const moved = useRef(false);
  const distance = ({ clientX, clientY }: Pick<MouseEvent, "clientX" | "clientY">) => Math.hypot(clientX - from.current.x, clientY - from.current.y);
  return {
    onPointerDown: (event: Parameters<typeof onPointerDown>[0]) => {
      if (event.isPrimary) {
        from.current = { x: event.clientX, y: event.clientY };
        moved.current = false;
      } else moved.current = true;
      onPointerDown(event);
    },
    onPointerMove: (event: Parameters<typeof onPointerMove>[0]) => {
      if (event.buttons > 0 && distance(event) > 4) moved.current = true;
      onPointerMove(event);
    },
    onPointerUp,
    onPointerCancel,
    isDrag: () => moved.current,
  };
}

/** Ctrl and the wheel, which is what two fingers on a trackpad are. */
function useWheel(stage: RefObject<HTMLElement | null>, zoom: (factor: number, at: { x: number; y: number }) => void): void {
  useEffect(() => {
    const element = stage.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY * 0.01), { x: event.clientX - left, y: event.clientY - top });
    };
    // Not passive: the page must not be zoomed as well.
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [stage, zoom]);
}
