"use client";

import { Wrench, ZoomIn } from "lucide-react";
import { useTranslations } from "use-intl";
import { useAnswerLinks } from "../markdown/answerLinks.ts";
import { FoldSummary } from "../ui/FoldSummary.tsx";

export interface ToolCallCardProps {
  /** As the model wrote it, without its tags. */
  source: string;
  /** Of what it stands for among the answer's results. */
  id: string | undefined;
}

/** A step in which the model calls a tool, also while that is being written. */
export function ToolCallCard({ source, id }: ToolCallCardProps) {
  const t = useTranslations("zoom");
  const results = useTranslations("results");
  const zoom = useAnswerLinks()?.results.zooms.find((it) => it.id === id);
  const name = /"name"\s{0,20}:\s{0,20}"([^"\n]{1,80})"/.exec(source)?.[1];
  const Icon = zoom ? ZoomIn : Wrench;
  return (
    <div className="rounded-2xl border border-line bg-surface px-3 py-2 text-sm">
      <p className="flex items-center gap-2 wrap-anywhere">
        <Icon aria-hidden className="size-4 shrink-0 text-accent" />
        {zoom ? t("looks", { label: zoom.label === "" ? "none" : zoom.label }) : t("calls", { name: name ?? "none" })}
      </p>
      <details>
        <FoldSummary className="text-xs text-muted">{results("source")}</FoldSummary>
        <pre tabIndex={0} className="overflow-x-auto text-xs wrap-anywhere whitespace-pre-wrap text-muted">
          {source}
        </pre>
      </details>
    </div>
  );
}
