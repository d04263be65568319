"use client";

import { Keyboard, X } from "lucide-react";
import { createContext, useContext, useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Dialog } from "../ui/Dialog.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { keyNames, shortcuts } from "./shortcuts.ts";
import { useAriaKeys, usePlatform, useShortcut } from "./Shortcuts.tsx";

const OpenHelp = createContext<() => void>(() => undefined);

/** The help belongs to the page, not to a button: its key works where no button is in sight. */
export function HelpProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const show = () => setOpen(true);
  useShortcut("help", show);
  return (
    <OpenHelp value={show}>
      {children}
      {open && <HelpDialog onClose={() => setOpen(false)} />}
    </OpenHelp>
  );
}

/** Not where there is only a finger. */
export function HelpButton() {
  const t = useTranslations("shortcuts");
  const open = useContext(OpenHelp);
  const keys = useAriaKeys("help");
  return (
    <IconButton label={t("title")} aria-haspopup="dialog" aria-keyshortcuts={keys} onClick={open} className="pointer-coarse:hidden">
      <Keyboard aria-hidden />
    </IconButton>
  );
}

/** Every shortcut with the keys of the reader's platform. */
function HelpDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("shortcuts");
  const platform = usePlatform();
  return (
    <Dialog
      label={t("title")}
      onClose={onClose}
      className="m-auto max-h-[calc(100dvh-2rem)] w-[calc(100%-2rem)] max-w-md animate-appear rounded-3xl border border-line bg-surface text-ink shadow-2xl max-sm:mb-4"
    >
      <div className="grid gap-3 p-5 sm:p-6">
        <div className="flex items-center justify-between gap-3">
          <h2 className="text-lg font-semibold">{t("title")}</h2>
          <IconButton label={t("close")} onClick={onClose} className="-my-1 -mr-2">
            <X aria-hidden />
          </IconButton>
        </div>
        <dl className="grid text-sm">
          {shortcuts.map((shortcut) => (
            <Row key={shortcut.id} words={t(`actions.${shortcut.id}`)} keys={keyNames(shortcut, platform)} />
          ))}
          <Row words={t("actions.send")} keys={["Enter"]} />
          <Row words={t("actions.breakLine")} keys={["Shift", "Enter"]} />
        </dl>
      </div>
    </Dialog>
  );
}

function Row({ words, keys }: { words: string; keys: readonly string[] }) {
  return (
    <div className="flex items-center justify-between gap-4 border-b border-line py-2 last:border-0">
      <dt>{words}</dt>
      <dd className="flex shrink-0 gap-1">
        {keys.map((key) => (
          <kbd key={key} className="min-w-7 rounded-md border border-line bg-sunken px-1.5 py-0.5 text-center font-sans text-xs text-muted">
            {key}
          </kbd>
        ))}
      </dd>
    </div>
  );
}
