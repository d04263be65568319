"use client";

import { Download } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { IconButton } from "../ui/IconButton.tsx";

export const downloadFormats = ["downloadPng", "downloadJson", "downloadCoco"] as const;
export type DownloadFormat = (typeof downloadFormats)[number];

/** A button that unfolds what can be downloaded. */
export function DownloadMenu({ disabled, onDownload }: { disabled: boolean; onDownload: (format: DownloadFormat) => void }) {
  const t = useTranslations("results");
  const [open, setOpen] = useState(false);
  const id = useId();
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const closeOutside = (event: PointerEvent) => {
      if (event.target instanceof Node && root.current?.contains(event.target) !== true) setOpen(false);
    };
    document.addEventListener("pointerdown", closeOutside);
    return () => document.removeEventListener("pointerdown", closeOutside);
  }, [open]);
  const close = () => {
    setOpen(false);
    root.current?.querySelector("button")?.focus();
  };
  return (
    <div
      ref={root}
      className="relative"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      <IconButton label={t("download")} aria-expanded={open} aria-controls={id} disabled={disabled} onClick={() => setOpen(!open)}>
        <Download aria-hidden />
      </IconButton>
      <div id={id} hidden={!open} className="absolute top-full right-0 z-10 grid w-max max-w-72 rounded-xl border border-line bg-surface p-1 shadow-lg not-[[hidden]]:grid [&[hidden]]:hidden">
        {downloadFormats.map((format) => (
          <button
            key={format}
            type="button"
            onClick={() => {
              onDownload(format);
              close();
            }}
            className="min-h-11 rounded-lg px-3 text-left text-sm hover:bg-sunken md:min-h-9"
          >
            {t(format)}
          </button>
        ))}
      </div>
    </div>
  );
}
