"use client";

import { X } from "lucide-react";
import { useTranslations } from "use-intl";
import { useErrorText } from "../i18n/LanguageProvider.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import type { Rejection } from "./draft.ts";

/** The files that were not taken, each by name with the reason and what to do. */
export function Rejections({ rejections, onDismiss }: { rejections: readonly Rejection[]; onDismiss: () => void }) {
  const t = useTranslations("composer");
  const errorText = useErrorText();
  if (rejections.length === 0) return null;
  return (
    <div role="alert" className="flex animate-appear items-start gap-2 rounded-2xl bg-danger-soft py-2 pr-1 pl-4 text-sm">
      <div className="min-w-0 grow py-1.5">
        <p className="font-medium text-danger">{t("rejected", { count: rejections.length })}</p>
        <ul className="mt-1 grid max-h-[30dvh] gap-1 overflow-y-auto">
          {rejections.map(({ key, error }) => {
            const { cause, action } = errorText(error);
            return (
              <li key={key} className="wrap-anywhere">
                {cause} <span className="text-muted">{action}</span>
              </li>
            );
          })}
        </ul>
      </div>
      <IconButton label={t("dismiss")} onClick={onDismiss}>
        <X aria-hidden />
      </IconButton>
    </div>
  );
}
