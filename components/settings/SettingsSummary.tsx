"use client";

import { useMemo } from "react";
import { useLocale, useTranslations } from "use-intl";
import { changesOf, type Change } from "./changes.ts";
import { useSettings } from "./useSettings.ts";

/** What is set otherwise than the checkpoint has it, in words. */
export function useSettingsSummary(): readonly string[] {
  const t = useTranslations("settings");
  const locale = useLocale();
  const { settings } = useSettings();
  return useMemo(() => {
    const inWords = (change: Change): string => {
      switch (change.name) {
        case "systemPrompt":
          return t("systemPrompt.label");
        case "sampling":
          return t(`sampling.${change.preset}.name`);
        case "pictures":
          return t("summary.pictures", { preset: t(`pictures.${change.preset}.name`) });
        case "number":
          return t("summary.number", { label: t(`fields.${change.field}.label`), value: new Intl.NumberFormat(locale, { useGrouping: false }).format(change.value) });
        case "greedy":
          return t("sampling.greedy.name");
        case "stop":
          return t("summary.stop", { count: change.count });
        case "addVisionId":
          return t(change.on ? "summary.visionIdOn" : "summary.visionIdOff");
        case "zoom":
          return t("summary.zoom");
      }
    };
    return changesOf(settings).map(inWords);
  }, [settings, t, locale]);
}

export function SettingsSummary({ className }: { className?: string }) {
  const t = useTranslations("settings");
  const changes = useSettingsSummary();
  return <p className={className}>{changes.length === 0 ? t("summary.none") : t("summary.changed", { changes: changes.join(" · ") })}</p>;
}
