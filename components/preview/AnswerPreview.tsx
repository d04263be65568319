"use client";

import { useTranslations } from "use-intl";
import { useAnswerResults } from "../results/useAnswerResults.ts";
import type { Focus } from "../viewer/focus.ts";
import { PreviewViewer } from "./PreviewViewer.tsx";

/** What a block of an answer's code makes; it grows with the answer. */
export default function AnswerPreview({ focus: { answer, media, preview: id } }: { focus: Extract<Focus, { kind: "preview" }> }) {
  const t = useTranslations("preview");
  const { results } = useAnswerResults(answer);
  const preview = results.previews.find((it) => it.id === id);
  if (!preview) return <p className="p-6 text-sm text-muted">{t("gone")}</p>;
  return <PreviewViewer key={id} preview={preview} media={media} />;
}
