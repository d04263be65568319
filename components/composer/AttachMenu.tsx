"use client";

import { Camera, FolderOpen, Images, Link, MonitorUp, Plus, type LucideIcon } from "lucide-react";
import { useState, type RefObject } from "react";
import { useTranslations } from "use-intl";
import { phone, useMediaQuery } from "../shell/useMediaQuery.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { IconButton } from "../ui/IconButton.tsx";

export interface AttachMenuProps {
  /** The composer, above whose lower left corner the menu stands where there is room. */
  anchor: RefObject<HTMLElement | null>;
  onFiles: () => void;
  /** The phone's own camera program. */
  onPhoneCamera: () => void;
  onCamera: () => void;
  onScreen: () => void;
  onAddress: () => void;
  onFolder: () => void;
}

interface Entry {
  icon: LucideIcon;
  name: "files" | "camera" | "phoneCamera" | "screen" | "address" | "folder";
  hint?: "filesHint" | "cameraHint" | "screenHint" | "addressHint" | "folderHint";
  choose: () => void;
}

/** The ways to attach something, behind one button: beside it on a desktop, a sheet on a phone. */
export function AttachMenu({ anchor, ...ways }: AttachMenuProps) {
  const t = useTranslations("input");
  const composer = useTranslations("composer");
  const [place, setPlace] = useState<{ left: number; bottom: number }>();
  const touch = useMediaQuery("(pointer: coarse)");
  const narrow = useMediaQuery(phone);
  const close = () => setPlace(undefined);
  const entries: Entry[] = [
    { icon: Images, name: "files", hint: "filesHint", choose: ways.onFiles },
    touch ? { icon: Camera, name: "phoneCamera", choose: ways.onPhoneCamera } : { icon: Camera, name: "camera", hint: "cameraHint", choose: ways.onCamera },
    // Phones have no way to give a page their screen.
    ...(touch ? [] : [{ icon: MonitorUp, name: "screen", hint: "screenHint", choose: ways.onScreen } as const]),
    { icon: Link, name: "address", hint: "addressHint", choose: ways.onAddress },
    ...(touch ? [] : [{ icon: FolderOpen, name: "folder", hint: "folderHint", choose: ways.onFolder } as const]),
  ];
  return (
    <>
      <IconButton
        label={composer("attach")}
        aria-haspopup="dialog"
        onClick={() => {
          const { left = 0, top = 0 } = anchor.current?.getBoundingClientRect() ?? {};
          setPlace({ left, bottom: innerHeight - top + 8 });
        }}
        className="md:size-11"
      >
        <Plus aria-hidden />
      </IconButton>
      {place && (
        <Dialog
          label={t("menu")}
          onClose={close}
          className={
            narrow
              ? "mx-0 mt-auto mb-0 w-full max-w-none rounded-t-3xl bg-surface pb-[env(safe-area-inset-bottom)] text-ink shadow-2xl backdrop:bg-black/30"
              : "m-0 w-80 animate-appear rounded-2xl border border-line bg-surface text-ink shadow-xl backdrop:bg-transparent"
          }
          {...(!narrow && { style: { top: "auto", left: place.left, bottom: place.bottom } })}
        >
          <ul className="p-2">
            {entries.map(({ icon: Icon, name, hint, choose }) => (
              <li key={name}>
                <button
                  type="button"
                  onClick={() => {
                    close();
                    choose();
                  }}
                  className="flex min-h-12 w-full items-center gap-3 rounded-xl px-3 py-1.5 text-left hover:bg-sunken focus-visible:outline-offset-[-2px]"
                >
                  <Icon aria-hidden className="size-5 shrink-0 text-muted" />
                  <span>
                    <span className="block text-sm font-medium">{t(name)}</span>
                    {hint && <span className="block text-xs text-muted">{t(hint)}</span>}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </Dialog>
      )}
    </>
  );
}
