"use client";

import { useTranslations } from "use-intl";
import { useAnswerResults } from "../results/useAnswerResults.ts";
import type { Focus } from "../viewer/focus.ts";
import { DocumentViewer } from "./DocumentViewer.tsx";

/** The page that an answer holds; it grows with the answer. */
export default function AnswerDocument({ focus: { answer, media } }: { focus: Extract<Focus, { kind: "document" }> }) {
  const t = useTranslations("documents");
  const { results, partial } = useAnswerResults(answer);
  if (!results.document) return <p className="p-6 text-sm text-muted">{t("gone")}</p>;
  return <DocumentViewer document={results.document} media={media} answer={answer} partial={partial} />;
}
