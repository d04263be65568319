"use client";

import { AppWindow, PenTool, Workflow } from "lucide-react";
import { useTranslations } from "use-intl";
import type { UploadedMedia } from "../../server/protocol.ts";
import type { Preview } from "../results/types.ts";
import { useFocus, useSetFocus } from "../viewer/FocusProvider.tsx";

const icons = { html: AppWindow, svg: PenTool, mermaid: Workflow };

/** Under a block of code that can be seen as what it makes. */
export function PreviewCard({ preview, answer, media }: { preview: Preview; answer: string; media: readonly UploadedMedia[] }) {
  const t = useTranslations("preview");
  const setFocus = useSetFocus();
  const open = useFocus(({ focus }) => focus?.kind === "preview" && focus.answer === answer && focus.preview === preview.id);
  const Icon = icons[preview.language];
  return (
    <button
      type="button"
      aria-pressed={open}
      onClick={() => setFocus(open ? { type: "close" } : { type: "show", focus: { kind: "preview", media, answer, preview: preview.id } })}
      className="flex min-h-12 w-full items-center gap-3 rounded-xl border border-line bg-surface px-4 py-2 text-left text-sm transition-colors hover:border-line-strong aria-pressed:border-accent aria-pressed:bg-accent-soft"
    >
      <Icon aria-hidden className="size-5 shrink-0 text-accent" />
      <span className="min-w-0 grow font-medium">{t(`kind.${preview.language}`)}</span>
      <span className="shrink-0 text-muted">{open ? t("close") : t("open")}</span>
    </button>
  );
}
