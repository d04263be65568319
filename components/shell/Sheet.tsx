"use client";

import clsx from "clsx";
import { useRef, useState, type PointerEvent, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Dialog } from "../ui/Dialog.tsx";
import { settle, type SheetSize } from "./sheetDrag.ts";
import { useBackCloses } from "./useBackCloses.ts";

export interface SheetProps {
  label: string;
  onClose: () => void;
  /** At first. */
  size?: SheetSize;
  children: ReactNode;
}

/** A sheet from the lower edge of a phone, of half or of full height; dragged down, by Esc and by "back" it closes. */
export function Sheet({ label, onClose, size: initial = "half", children }: SheetProps) {
  const t = useTranslations("shell");
  const [size, setSize] = useState<SheetSize>(initial);
  const { height, ...handlers } = useDrag((next) => (next === "closed" ? onClose() : setSize(next)));
  useBackCloses(onClose);
  return (
    <Dialog
      label={label}
      onClose={onClose}
      className={clsx(
        "mx-0 mt-auto mb-0 w-full max-w-none overflow-hidden rounded-t-3xl bg-surface text-ink shadow-2xl",
        "max-h-[calc(100dvh-env(safe-area-inset-top)-0.5rem)] backdrop:bg-black/30 starting:translate-y-full",
        height === undefined ? "transition-[height,translate] duration-200 ease-out" : "transition-none",
      )}
      style={{ height: height === undefined ? `${size === "full" ? 100 : 56}dvh` : `${height}px` }}
    >
      <div className="flex h-full flex-col">
        <button
          type="button"
          aria-label={t(size === "full" ? "sheetHalf" : "sheetFull")}
          onClick={() => setSize(size === "full" ? "half" : "full")}
          {...handlers}
          className="grid h-7 w-full shrink-0 cursor-grab! touch-none place-items-center focus-visible:outline-offset-[-2px]"
        >
          <span aria-hidden className="h-1 w-10 rounded-full bg-line-strong" />
        </button>
        <div className="min-h-0 grow">{children}</div>
      </div>
    </Dialog>
  );
}

interface Drag {
  pointer: number;
  /** Of the pointer (px). */
  startY: number;
  startHeight: number;
  lastY: number;
  lastTime: number;
  /** Downwards (px/ms). */
  speed: number;
  moved: boolean;
}

/** The sheet follows the finger on its handle; `height` (px) while it does. */
function useDrag(onSettled: (next: SheetSize | "closed") => void) {
  const drag = useRef<Drag>(undefined);
  const [height, setHeight] = useState<number>();
  return {
    height,
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      const sheet = event.currentTarget.closest("dialog");
      if (!sheet || event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const at = { lastY: event.clientY, lastTime: event.timeStamp };
      drag.current = { pointer: event.pointerId, startY: event.clientY, startHeight: sheet.offsetHeight, ...at, speed: 0, moved: false };
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const current = drag.current;
      if (current?.pointer !== event.pointerId) return;
      current.speed = (event.clientY - current.lastY) / Math.max(event.timeStamp - current.lastTime, 1);
      current.lastY = event.clientY;
      current.lastTime = event.timeStamp;
      const way = event.clientY - current.startY;
      current.moved ||= Math.abs(way) > 6;
      if (current.moved) setHeight(Math.max(current.startHeight - way, 0));
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      const current = drag.current;
      if (current?.moved !== true) drag.current = undefined;
      if (current?.pointer !== event.pointerId || !current.moved) return;
      setHeight(undefined);
      onSettled(settle({ height: current.startHeight - (event.clientY - current.startY), speed: current.speed, full: innerHeight }));
    },
    onPointerCancel: () => {
      drag.current = undefined;
      setHeight(undefined);
    },
    /** The click that ends a drag is none. */
    onClickCapture: (event: { stopPropagation: () => void }) => {
      if (drag.current?.moved !== true) return;
      drag.current = undefined;
      event.stopPropagation();
    },
  };
}
