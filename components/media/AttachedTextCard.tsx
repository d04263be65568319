"use client";

import { FileText } from "lucide-react";
import { useTranslations } from "use-intl";
import type { AttachedText } from "./attachedText.ts";

/** A long text of a sent message: named, and readable when it is opened. */
export function AttachedTextCard({ attached: { name, text } }: { attached: AttachedText }) {
  const t = useTranslations("input");
  return (
    <details className="max-w-full rounded-2xl border border-line bg-surface text-sm open:w-full">
      <summary className="flex min-h-11 cursor-pointer items-center gap-2 rounded-2xl px-4 py-2">
        <FileText aria-hidden className="size-4 shrink-0 text-muted" />
        <span className="truncate font-medium">{name}</span>
        <span className="shrink-0 text-xs text-muted tabular-nums">{t("textFacts", { characters: text.length })}</span>
      </summary>
      {/* Reached by the keyboard, so that it can be scrolled. */}
      <p tabIndex={0} className="max-h-80 overflow-y-auto border-t border-line px-4 py-3 whitespace-pre-wrap wrap-anywhere">
        {text}
      </p>
    </details>
  );
}
