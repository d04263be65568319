import { useRef, useState, type KeyboardEvent, type PointerEvent, type RefObject } from "react";

/** What a card's handle listens to. */
export interface ReorderHandle {
  onPointerDown: (event: PointerEvent<HTMLElement>) => void;
  onPointerMove: (event: PointerEvent<HTMLElement>) => void;
  onPointerUp: () => void;
  onPointerCancel: () => void;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
}

/** Pixels from which on a press is a drag. */
const dragThreshold = 4;

/**
 * Moves the items of a list by a handle in each of them: dragged with mouse, finger or pen, the item takes the place of the
 * one under the pointer; arrow keys, Home and End do the same. `onMove` is told the new index, which may lie outside.
 */
export function useReorder(list: RefObject<HTMLElement | null>, onMove: (key: string, index: number) => void) {
  const [dragged, setDragged] = useState<string>();
  const press = useRef<{ key: string; x: number; y: number; moving: boolean }>(undefined);
  const release = () => {
    press.current = undefined;
    setDragged(undefined);
  };
  const handleOf = (key: string, index: number): ReorderHandle => ({
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      press.current = { key, x: event.clientX, y: event.clientY, moving: false };
    },
    onPointerMove: (event) => {
      const current = press.current;
      if (current?.key !== key) return;
      if (!current.moving && Math.hypot(event.clientX - current.x, event.clientY - current.y) < dragThreshold) return;
      current.moving = true;
      setDragged(key);
      const over = itemAt(list.current, event.clientX, event.clientY);
      if (over !== undefined && over !== index) onMove(key, over);
    },
    onPointerUp: release,
    onPointerCancel: release,
    onKeyDown: (event) => {
      const target = targetOf(event.key, index, list.current?.children.length ?? 0);
      if (target === undefined) return;
      event.preventDefault();
      onMove(key, target);
    },
  });
  return { dragged, handleOf };
}

function targetOf(key: string, index: number, count: number): number | undefined {
  switch (key) {
    case "ArrowLeft":
    case "ArrowUp":
      return index - 1;
    case "ArrowRight":
    case "ArrowDown":
      return index + 1;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}

/** The index of the item under a point. */
function itemAt(list: HTMLElement | null, x: number, y: number): number | undefined {
  const index = [...(list?.children ?? [])].findIndex((item) => {
    const { left, right, top, bottom } = item.getBoundingClientRect();
    return x >= left && x <= right && y >= top && y <= bottom;
  });
  return index < 0 ? undefined : index;
}
