"use client";

import { FileText } from "lucide-react";
import { useTranslations } from "use-intl";
import type { UploadedMedia } from "../../server/protocol.ts";
import type { PageDocument } from "../results/types.ts";
import { useFocus, useSetFocus } from "../viewer/FocusProvider.tsx";

/** Under an answer that is a page as HTML or Markdown: it can be seen on its picture, clean, and as its source. */
export function DocumentCard({ document, answer, media }: { document: PageDocument; answer: string; media: readonly UploadedMedia[] }) {
  const t = useTranslations("documents");
  const setFocus = useSetFocus();
  const open = useFocus(({ focus }) => focus?.kind === "document" && focus.answer === answer);
  return (
    <button
      type="button"
      aria-pressed={open}
      onClick={() => setFocus(open ? { type: "close" } : { type: "show", focus: { kind: "document", media, answer } })}
      className="flex min-h-12 w-full items-center gap-3 rounded-xl border border-line bg-surface px-4 py-2 text-left text-sm transition-colors hover:border-line-strong aria-pressed:border-accent aria-pressed:bg-accent-soft"
    >
      <FileText aria-hidden className="size-5 shrink-0 text-accent" />
      <span className="min-w-0 grow">
        <span className="font-medium">{t("card")}</span>
        <span className="ml-2 text-muted">{t("parts", { count: document.parts.length })}</span>
      </span>
      <span className="shrink-0 text-muted">{open ? t("close") : t("open")}</span>
    </button>
  );
}
