"use client";

import { useMemo, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import type { AnswerLinks } from "../markdown/answerLinks.ts";
import { FoldSummary } from "../ui/FoldSummary.tsx";
import { classesOf, numberPoints } from "./classes.ts";
import { MarkTable } from "./MarkTable.tsx";

/** The marks of a block of JSON as a table in front; `children` is the JSON as it was written, folded. */
export function MarkedCode({ ids, links, children }: { ids: ReadonlySet<string>; links: AnswerLinks; children: ReactNode }) {
  const t = useTranslations("results");
  const { marks: all } = links.results;
  const marks = all.filter(({ id }) => ids.has(id));
  const classes = useMemo(() => new Map(classesOf(all).map((entry) => [entry.key, entry])), [all]);
  const numbers = useMemo(() => numberPoints(all), [all]);
  const { onOpen } = links;
  return (
    <figure className="overflow-hidden rounded-xl border border-line bg-surface">
      <MarkTable answer={links.answer} marks={marks} classes={classes} numbers={numbers} onOpen={onOpen ?? ignore} follow={false} className="max-h-96" />
      <details className="border-t border-line">
        <FoldSummary className="px-3 text-xs text-muted">{t("source")}</FoldSummary>
        {children}
      </details>
    </figure>
  );
}

function ignore(): void {
  // Nothing can be opened.
}
