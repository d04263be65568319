"use client";

import { useLayoutEffect, useRef, useState } from "react";
import { SandboxFrame, type SandboxFrameProps } from "./SandboxFrame.tsx";

export type FrameWidth = "fit" | "phone" | "desktop";

/** CSS pixels that the page within believes to have. */
const widths = { fit: undefined, phone: 390, desktop: 1280 };

/** A frame as wide as a phone or a desktop, made smaller where there is less room. */
export function ScaledFrame({ width, ...frame }: Omit<SandboxFrameProps, "className" | "style"> & { width: FrameWidth }) {
  const room = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = room.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => entry && setSize({ width: entry.contentRect.width, height: entry.contentRect.height }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const wanted = widths[width] ?? size.width;
  const scale = size.width === 0 ? 1 : Math.min(1, size.width / wanted);
  return (
    <div ref={room} className="relative min-h-0 grow overflow-hidden bg-sunken/60">
      <SandboxFrame
        {...frame}
        className="absolute top-0 left-1/2 origin-top bg-white"
        style={{ width: wanted, height: size.height / scale, transform: `translateX(-50%) scale(${scale})` }}
      />
    </div>
  );
}
