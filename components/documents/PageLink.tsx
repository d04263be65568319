"use client";

import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { useAnswerLinks } from "../markdown/answerLinks.ts";
import { useSetFocus } from "../viewer/FocusProvider.tsx";

/** A page that an answer speaks of; chosen, its picture comes into the viewer. */
export function PageLink({ index, children }: { index: number; children?: ReactNode }) {
  const t = useTranslations("documents");
  const links = useAnswerLinks();
  const set = useSetFocus();
  if (links?.media[index] === undefined) return <>{children}</>;
  const { answer, media } = links;
  return (
    <button
      type="button"
      title={t("showPage")}
      onClick={(event) => {
        // The words around may lead elsewhere.
        event.stopPropagation();
        set({ type: "show", focus: { kind: "medium", media, index, answer } });
      }}
      className="cursor-pointer rounded-xs text-accent underline decoration-dotted decoration-1 underline-offset-3 hover:decoration-solid"
    >
      {children}
    </button>
  );
}
