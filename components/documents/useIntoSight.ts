"use client";

import { useEffect, type RefObject } from "react";

/** Scrolls to what lights up in an element, unless the reader points at it there. */
export function useIntoSight(container: RefObject<HTMLElement | null>, lit: string | undefined): void {
  useEffect(() => {
    if (lit === undefined || container.current?.matches(":hover") !== false) return;
    container.current.querySelector("[data-lit]")?.scrollIntoView({ block: "nearest" });
  }, [container, lit]);
}
