"use client";

import clsx from "clsx";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Dialog } from "../ui/Dialog.tsx";
import { IconButton } from "../ui/IconButton.tsx";

export interface InputDialogProps {
  title: string;
  onClose: () => void;
  wide?: boolean;
  /** The row of buttons below. */
  actions: ReactNode;
  children: ReactNode;
}

/** A dialog about something that is to be attached; on a phone a sheet from the lower edge. */
export function InputDialog({ title, onClose, wide = false, actions, children }: InputDialogProps) {
  const t = useTranslations("input");
  return (
    <Dialog
      label={title}
      onClose={onClose}
      className={clsx(
        "m-auto max-h-[calc(100dvh-2rem)] w-[calc(100%-2rem)] animate-appear overflow-hidden rounded-3xl border border-line bg-surface text-ink shadow-2xl",
        "max-sm:mb-0 max-sm:w-full max-sm:max-w-none max-sm:rounded-b-none",
        wide ? "sm:max-w-3xl" : "sm:max-w-lg",
      )}
    >
      <div className="flex max-h-[calc(100dvh-2rem)] flex-col">
        <div className="flex items-center justify-between gap-3 pt-3 pr-3 pl-5">
          <h2 className="min-w-0 truncate text-lg font-semibold" title={title}>
            {title}
          </h2>
          <IconButton label={t("close")} onClick={onClose}>
            <X aria-hidden />
          </IconButton>
        </div>
        <div className="grid min-h-0 grow grid-cols-[minmax(0,1fr)] gap-4 overflow-y-auto px-5 pt-2 pb-4">{children}</div>
        <div className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">{actions}</div>
      </div>
    </Dialog>
  );
}

export const fieldStyle = "min-h-11 w-full rounded-xl border border-line-strong bg-canvas px-3 text-base md:min-h-10 md:text-sm";
