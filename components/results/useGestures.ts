"use client";

import { useRef, type KeyboardEvent, type PointerEvent } from "react";
import type { PictureView } from "./usePictureView.ts";

/** Pixels that a press may move and still be a click. */
const still = 4;
/** Pixels by an arrow key. */
const step = 48;

/** Drag to pan, pinch to zoom, and the keys of the same: arrows, + and −, 0 for the whole picture. */
export function useGestures({ zoom, pan, fit }: Pick<PictureView, "zoom" | "pan" | "fit">) {
  const pointers = useRef(new Map<number, { x: number; y: number; dragging: boolean }>());

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    // Text can be selected, and what can be pressed is pressed.
    if (event.button !== 0 || (event.target instanceof Element && event.target.closest("[data-selectable], button") !== null)) return;
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY, dragging: false });
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const pointer = pointers.current.get(event.pointerId);
    if (!pointer) return;
    const by = { x: event.clientX - pointer.x, y: event.clientY - pointer.y };
    if (!pointer.dragging && Math.hypot(by.x, by.y) < still) return;
    if (!pointer.dragging) event.currentTarget.setPointerCapture(event.pointerId);
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const before = Math.hypot(pointer.x - other.x, pointer.y - other.y);
      const after = Math.hypot(event.clientX - other.x, event.clientY - other.y);
      const bounds = event.currentTarget.getBoundingClientRect();
      if (before > 0) zoom(after / before, { x: (event.clientX + other.x) / 2 - bounds.left, y: (event.clientY + other.y) / 2 - bounds.top });
    } else pan(by);
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY, dragging: true });
  };
  const onPointerUp = (event: PointerEvent<HTMLElement>) => {
    pointers.current.delete(event.pointerId);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const actions: Readonly<Record<string, () => void>> = {
      "+": () => zoom(1.25),
      "=": () => zoom(1.25),
      "-": () => zoom(0.8),
      "0": fit,
      ArrowLeft: () => pan({ x: step, y: 0 }),
      ArrowRight: () => pan({ x: -step, y: 0 }),
      ArrowUp: () => pan({ x: 0, y: step }),
      ArrowDown: () => pan({ x: 0, y: -step }),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };
  return { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp, onKeyDown };
}
