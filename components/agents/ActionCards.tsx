"use client";

import { ShieldCheck } from "lucide-react";
import { useTranslations } from "use-intl";
import type { UploadedMedia } from "../../server/protocol.ts";
import type { AgentAction } from "../results/types.ts";
import { ActionCard } from "./ActionCard.tsx";

export interface ActionCardsProps {
  actions: readonly AgentAction[];
  /** Of the question; the steps are about its last picture. */
  media: readonly UploadedMedia[];
  /** Turn id. */
  answer: string;
}

/** The steps of a phone or computer agent, in plain words and on the screenshot. They are shown, never executed. */
export function ActionCards({ actions, media, answer }: ActionCardsProps) {
  const t = useTranslations("agents");
  if (actions.length === 0) return null;
  return (
    <section aria-label={t("steps", { count: actions.length })} className="grid gap-2">
      <ol className="grid gap-2">
        {actions.map((action, index) => (
          <ActionCard key={action.id} action={action} number={index + 1} media={media} answer={answer} />
        ))}
      </ol>
      <p className="flex items-center gap-1.5 text-xs text-muted">
        <ShieldCheck aria-hidden className="size-3.5 shrink-0" />
        {t("neverExecuted")}
      </p>
    </section>
  );
}
