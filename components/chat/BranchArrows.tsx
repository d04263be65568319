"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslations } from "use-intl";
import { useChat, useSessions } from "./Sessions.tsx";
import { ActionButton } from "./ActionButton.tsx";

/** ‹ 2/3 › between the versions of a message; nothing where there is only one. */
export function BranchArrows({ turn }: { turn: string }) {
  const t = useTranslations("chat");
  const { chat } = useSessions();
  const versions = useChat((state) => state.siblings.get(turn));
  if (!versions) return null;
  const place = versions.indexOf(turn);
  const [before, after] = [versions[place - 1], versions[place + 1]];
  return (
    <div role="group" aria-label={t("versions")} className="flex items-center text-muted">
      <ActionButton label={t("previousVersion")} disabled={before === undefined} onClick={() => before !== undefined && chat.choose(before)}>
        <ChevronLeft aria-hidden />
      </ActionButton>
      <span className="text-xs tabular-nums">
        <span aria-hidden>
          {place + 1}/{versions.length}
        </span>
        <span className="sr-only" role="status">
          {t("version", { place: place + 1, count: versions.length })}
        </span>
      </span>
      <ActionButton label={t("nextVersion")} disabled={after === undefined} onClick={() => after !== undefined && chat.choose(after)}>
        <ChevronRight aria-hidden />
      </ActionButton>
    </div>
  );
}
