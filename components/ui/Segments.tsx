"use client";

import clsx from "clsx";
import { useRef, type KeyboardEvent, type ReactNode } from "react";

export interface Segment<Value extends string> {
  value: Value;
  label: string;
  icon?: ReactNode;
}

export interface SegmentsProps<Value extends string> {
  label: string;
  segments: readonly Segment<Value>[];
  value: Value;
  onChange: (value: Value) => void;
  /** Tabs show what stands below; a choice only changes it. */
  role?: "tablist" | "radiogroup";
  className?: string;
}

/** One of a few, side by side; the arrow keys go through them. */
export function Segments<Value extends string>({ label, segments, value, onChange, role = "tablist", className }: SegmentsProps<Value>) {
  const list = useRef<HTMLDivElement>(null);
  const step = (event: KeyboardEvent, by: number): void => {
    event.preventDefault();
    const index = (segments.findIndex((segment) => segment.value === value) + by + segments.length) % segments.length;
    const next = segments[index];
    if (!next) return;
    onChange(next.value);
    list.current?.querySelectorAll<HTMLElement>("button")[index]?.focus();
  };
  return (
    <div
      ref={list}
      role={role}
      aria-label={label}
      className={clsx("inline-flex rounded-full bg-sunken p-0.5 text-sm", className)}
      onKeyDown={(event) => {
        if (event.key === "ArrowRight" || event.key === "ArrowDown") step(event, 1);
        if (event.key === "ArrowLeft" || event.key === "ArrowUp") step(event, -1);
      }}
    >
      {segments.map((segment) => {
        const chosen = segment.value === value;
        return (
          <button
            key={segment.value}
            type="button"
            {...(role === "tablist" ? { role: "tab", "aria-selected": chosen } : { role: "radio", "aria-checked": chosen })}
            tabIndex={chosen ? 0 : -1}
            onClick={() => onChange(segment.value)}
            className={clsx(
              "inline-flex min-h-10 items-center gap-1.5 rounded-full px-3.5 transition-colors md:min-h-7.5 [&_svg]:size-4",
              chosen ? "bg-surface font-medium text-ink shadow-sm" : "text-muted hover:text-ink",
            )}
          >
            {segment.icon}
            {segment.label}
          </button>
        );
      })}
    </div>
  );
}
