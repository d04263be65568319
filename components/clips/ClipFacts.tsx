"use client";

import { VolumeX } from "lucide-react";
import { useLocale, useTranslations } from "use-intl";
import type { UploadedMedia } from "../../server/protocol.ts";
import { formatCount } from "../i18n/format.ts";
import { clockTime } from "./timeline.ts";

/** What the clip is, what of it is looked at, and that nothing of it is heard. */
export function ClipFacts({ medium, frames, tokens }: { medium: UploadedMedia; frames: number; tokens: number }) {
  const t = useTranslations("clips");
  const locale = useLocale();
  const { info, frames: pictures } = medium;
  if (info.kind !== "video") return null;
  const { duration, width, height, hasAudio } = info;
  return (
    <div className="grid gap-1 text-xs text-muted">
      <ul className="flex flex-wrap gap-x-3 tabular-nums">
        <li>{t("facts", { duration: clockTime(duration, 1), width, height })}</li>
        <li>{t("frames", { count: frames })}</li>
        <li>{t("tokens", { tokens: formatCount(locale, tokens) })}</li>
      </ul>
      {pictures && <p>{t("listed", { count: pictures.media.length, fps: formatCount(locale, pictures.fps) })}</p>}
      {hasAudio && (
        <p className="flex items-center gap-1.5">
          <VolumeX aria-hidden className="size-3.5 shrink-0" /> {t("sound")}
        </p>
      )}
    </div>
  );
}
