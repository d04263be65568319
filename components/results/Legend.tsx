"use client";

import { Eye, EyeOff } from "lucide-react";
import { useTranslations } from "use-intl";
import type { MarkClass } from "./classes.ts";

export interface LegendProps {
  classes: readonly MarkClass[];
  hidden: ReadonlySet<string>;
  onChange: (hidden: ReadonlySet<string>) => void;
}

/** The classes of the marks with their colours and counts; each can be taken off the picture. */
export function Legend({ classes, hidden, onChange }: LegendProps) {
  const t = useTranslations("results");
  const toggle = (key: string) => {
    const next = new Set(hidden);
    if (!next.delete(key)) next.add(key);
    onChange(next);
  };
  const all = classes.every(({ key }) => !hidden.has(key));
  return (
    <div role="group" aria-label={t("legend")} className="flex max-h-28 shrink-0 flex-wrap gap-1.5 overflow-y-auto px-3 py-2">
      {classes.map((entry) => (
        <button
          key={entry.key}
          type="button"
          aria-pressed={!hidden.has(entry.key)}
          onClick={() => toggle(entry.key)}
          className="flex min-h-11 max-w-full items-center gap-2 rounded-full border border-line bg-surface px-3 text-sm aria-[pressed=false]:text-muted aria-[pressed=false]:line-through md:min-h-8"
        >
          <Swatch color={entry.color} empty={hidden.has(entry.key)} />
          <span className="truncate">
            <ClassName entry={entry} />
          </span>
          <span className="text-muted tabular-nums">{entry.count}</span>
        </button>
      ))}
      {classes.length > 1 && (
        <button
          type="button"
          onClick={() => onChange(all ? new Set(classes.map(({ key }) => key)) : new Set())}
          className="flex min-h-11 items-center gap-1.5 rounded-full px-3 text-sm text-muted hover:bg-sunken hover:text-ink md:min-h-8"
        >
          {all ? <EyeOff aria-hidden className="size-4" /> : <Eye aria-hidden className="size-4" />}
          {all ? t("hideAll") : t("showAll")}
        </button>
      )}
    </div>
  );
}

export function ClassName({ entry: { label, kind } }: { entry: Pick<MarkClass, "label" | "kind"> }) {
  const t = useTranslations("results");
  return label !== "" ? label : kind === "text" ? t("spottedText") : t("unnamed");
}

/** The colour of a class, with an edge that can be seen on any background. */
export function Swatch({ color, empty = false }: { color: string; empty?: boolean }) {
  return <span aria-hidden className="size-3 shrink-0 rounded-full border-2 ring-1 ring-white/60" style={{ borderColor: color, backgroundColor: empty ? "transparent" : color }} />;
}
