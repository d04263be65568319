"use client";

import { Eraser } from "lucide-react";
import { useTranslations } from "use-intl";
import { focusMessageBox } from "../composer/focusMessageBox.ts";
import { LanguageButton } from "../i18n/LanguageButton.tsx";
import { ModelChip } from "../model/ModelChip.tsx";
import { ThemeButton } from "../theme/ThemeButton.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { Mark } from "../ui/Mark.tsx";
import { useChat, useSessions } from "./Sessions.tsx";

export function Header() {
  const t = useTranslations("header");
  const app = useTranslations("app");
  const { chat } = useSessions();
  const empty = useChat((state) => state.turns.length === 0);
  return (
    <header className="flex h-14 shrink-0 items-center gap-1 px-2.5 sm:gap-2 sm:px-5">
      <p className="flex items-center gap-2.5 pr-1">
        <Mark className="size-7 shrink-0" />
        <span className="max-md:sr-only">
          <span className="font-semibold">{app("name")}</span> <span className="text-muted">{app("suffix")}</span>
        </span>
      </p>
      <ModelChip />
      <div className="ml-auto flex shrink-0 items-center">
        <LanguageButton />
        <ThemeButton />
        <IconButton label={t("clear")} disabled={empty} onClick={() => {
            chat.clear();
            focusMessageBox();
          }}>
          <Eraser aria-hidden />
        </IconButton>
      </div>
    </header>
  );
}
