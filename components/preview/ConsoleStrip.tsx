"use client";

import clsx from "clsx";
import { useTranslations } from "use-intl";
import { FoldSummary } from "../ui/FoldSummary.tsx";
import type { ConsoleLine } from "./frame.ts";

const colors: Record<ConsoleLine["level"], string> = { error: "text-danger", warn: "text-[var(--code-number)]", info: "text-muted", log: "text-muted" };

/** What a page in the frame says to its console, folded below it; open where something went wrong. */
export function ConsoleStrip({ lines, note }: { lines: readonly ConsoleLine[]; note: string | undefined }) {
  const t = useTranslations("preview");
  if (lines.length === 0) return note === undefined ? null : <p className="shrink-0 border-t border-line px-4 py-1.5 text-xs text-muted">{note}</p>;
  const failed = lines.some(({ level }) => level === "error");
  return (
    <details className="shrink-0 border-t border-line text-xs" open={failed}>
      <FoldSummary className={clsx("px-3", failed ? "text-danger" : "text-muted")}>{t("messages", { count: lines.length })}</FoldSummary>
      {/* The latest is in sight. */}
      <ol tabIndex={0} className="flex max-h-40 flex-col-reverse overflow-auto px-4 pb-2 font-mono -outline-offset-2">
        {lines.toReversed().map(({ level, text, count }, index) => (
          <li key={lines.length - index} className={clsx("whitespace-pre-wrap wrap-anywhere", colors[level])}>
            {text}
            {count > 1 && <span className="ml-2 rounded-full bg-sunken px-1.5">×{count}</span>}
          </li>
        ))}
      </ol>
    </details>
  );
}
