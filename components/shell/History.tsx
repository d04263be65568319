"use client";

import { PanelLeftClose, PanelLeftOpen, X } from "lucide-react";
import { useTranslations } from "use-intl";
import { AccountRow } from "../access/AccountRow.tsx";
import { ApiButton } from "../api/ApiButton.tsx";
import { Sidebar } from "../conversations/Sidebar.tsx";
import { LanguageButton } from "../i18n/LanguageButton.tsx";
import { ThemeButton } from "../theme/ThemeButton.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { Mark } from "../ui/Mark.tsx";
import { HelpButton } from "./Help.tsx";
import { useHistoryZone } from "./LayoutProvider.tsx";
import { useAriaKeys } from "./Shortcuts.tsx";
import { useBackCloses } from "./useBackCloses.ts";

const historyId = "history";

/** The first zone: all conversations. Beside the conversation where there is room, else over it. */
export function History() {
  const t = useTranslations("shell");
  const { drawer, open, setOpen } = useHistoryZone();
  if (!open) return null;
  if (drawer) return <Drawer onClose={() => setOpen(false)} />;
  return (
    // Before the page's script is there, the style sheet hides what the reader had folded away and what has no room.
    <nav id={historyId} aria-label={t("history")} className="history flex w-66 shrink-0 flex-col border-r border-line bg-sunken/50 max-lg:hidden">
      <div className="flex h-14 shrink-0 items-center gap-2.5 pr-2 pl-4">
        <Brand />
        <FoldButton />
      </div>
      <Sidebar />
      <AccountRow />
    </nav>
  );
}

function Drawer({ onClose }: { onClose: () => void }) {
  const t = useTranslations("shell");
  useBackCloses(onClose);
  return (
    <Dialog
      label={t("history")}
      onClose={onClose}
      className="m-0 h-dvh max-h-dvh w-[min(20rem,calc(100%-3rem))] max-w-none border-r border-line bg-canvas text-ink shadow-2xl transition-[translate] duration-200 ease-out backdrop:bg-black/30 starting:-translate-x-full"
    >
      <nav id={historyId} aria-label={t("history")} className="flex h-full flex-col pb-[env(safe-area-inset-bottom)]">
        <div className="flex h-14 shrink-0 items-center gap-2.5 pr-1.5 pl-4">
          <Brand />
          <IconButton label={t("closeHistory")} onClick={onClose} className="ml-auto">
            <X aria-hidden />
          </IconButton>
        </div>
        <Sidebar onNavigate={onClose} />
        <AccountRow />
        <div className="flex items-center gap-1 border-t border-line px-2 py-1.5 sm:hidden">
          <LanguageButton />
          <ThemeButton />
          <HelpButton />
          <ApiButton />
        </div>
      </nav>
    </Dialog>
  );
}

export function Brand() {
  const t = useTranslations("app");
  return (
    <p className="flex items-center gap-2.5">
      <Mark className="size-7 shrink-0" />
      <span className="font-semibold">{t("name")}</span>
    </p>
  );
}

function FoldButton() {
  const t = useTranslations("shell");
  const { setOpen } = useHistoryZone();
  const keys = useAriaKeys("toggleHistory");
  return (
    <IconButton label={t("foldHistory")} aria-expanded aria-controls={historyId} aria-keyshortcuts={keys} onClick={() => setOpen(false)} className="ml-auto">
      <PanelLeftClose aria-hidden />
    </IconButton>
  );
}

/** In the header, while the history is not to be seen. */
export function UnfoldButton() {
  const t = useTranslations("shell");
  const { drawer, setOpen } = useHistoryZone();
  const keys = useAriaKeys("toggleHistory");
  return (
    <IconButton label={t("unfoldHistory")} aria-expanded={false} aria-keyshortcuts={keys} {...(drawer && { "aria-haspopup": "dialog" as const })} onClick={() => setOpen(true)}>
      <PanelLeftOpen aria-hidden />
    </IconButton>
  );
}
