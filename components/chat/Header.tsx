"use client";

import clsx from "clsx";
import { SquarePen } from "lucide-react";
import { useTranslations } from "use-intl";
import { ApiButton } from "../api/ApiButton.tsx";
import { focusMessageBox } from "../composer/focusMessageBox.ts";
import { LanguageButton } from "../i18n/LanguageButton.tsx";
import { Brand, UnfoldButton } from "../shell/History.tsx";
import { HelpButton } from "../shell/Help.tsx";
import { useHistoryZone } from "../shell/LayoutProvider.tsx";
import { useShortcut } from "../shell/Shortcuts.tsx";
import { ModelChip } from "../model/ModelChip.tsx";
import { SettingsButton } from "../settings/SettingsButton.tsx";
import { ShareButton } from "../share/ShareButton.tsx";
import { ThemeButton } from "../theme/ThemeButton.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { useChat, useSessions } from "./Sessions.tsx";

export function Header() {
  const t = useTranslations("header");
  const { chat } = useSessions();
  const { drawer, open } = useHistoryZone();
  const unfolded = !drawer && open;
  const empty = useChat((state) => state.turns.length === 0);
  const create = () => {
    chat.create();
    focusMessageBox();
  };
  useShortcut("newConversation", create);
  return (
    <header className="flex h-14 shrink-0 items-center gap-1 px-2.5 sm:gap-2 sm:px-5">
      {/* The history has both while it is unfolded; the style sheet decides until the page's script is there. */}
      <div className={clsx("items-center gap-1.5 pr-1", unfolded ? "flex lg:hidden" : "flex")}>
        <UnfoldButton />
        <span className="max-md:hidden">
          <Brand />
        </span>
      </div>
      <ModelChip />
      <div className="ml-auto flex shrink-0 items-center">
        <div className="flex items-center max-sm:hidden">
          <LanguageButton />
          <ThemeButton />
          <HelpButton />
          <ApiButton />
        </div>
        <ShareButton />
        <SettingsButton />
        <IconButton label={t("newConversation")} disabled={empty} onClick={create}>
          <SquarePen aria-hidden />
        </IconButton>
      </div>
    </header>
  );
}
