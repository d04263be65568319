import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

export interface StickToBottom {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  atBottom: boolean;
  toBottom: () => void;
  /** Leaves the reader where they are, as after a scroll of their own. */
  release: () => void;
}

/** Near enough to the end to count as reading along (px). */
const tolerance = 48;

/** Keeps the end in view while a conversation grows, unless the reader scrolled away from it. What stands where none has begun is read from its top. */
export function useStickToBottom(begun: boolean): StickToBottom {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const hasEnd = useRef(begun);
  const [atBottom, setAtBottom] = useState(true);

  useLayoutEffect(() => {
    hasEnd.current = begun;
    if (!begun && scroller.current) scroller.current.scrollTop = 0;
  }, [begun]);

  const toBottom = useCallback(() => {
    following.current = true;
    setAtBottom(true);
    const element = scroller.current;
    if (element && hasEnd.current) element.scrollTop = element.scrollHeight;
  }, []);

  const release = useCallback(() => {
    following.current = false;
  }, []);

  useEffect(() => {
    const element = scroller.current;
    const inner = content.current;
    if (!element || !inner) return;
    const measure = () => ({ top: element.scrollTop, height: element.scrollHeight });
    let last = measure();
    const onScroll = () => {
      const { scrollTop: top, scrollHeight: height, clientHeight } = element;
      const near = height - top - clientHeight < tolerance;
      // Upwards is the reader's move, however small, unless the content has shrunk; growth alone must not end following.
      if (top < last.top && height >= last.height) following.current = false;
      else if (near) following.current = true;
      last = measure();
      setAtBottom(near || following.current);
    };
    const onResize = () => {
      if (!hasEnd.current) return;
      if (!following.current) {
        onScroll();
        return;
      }
      element.scrollTop = element.scrollHeight;
      last = measure();
    };
    const observer = new ResizeObserver(onResize);
    observer.observe(inner);
    observer.observe(element);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, []);

  return { scroller, content, atBottom, toBottom, release };
}
