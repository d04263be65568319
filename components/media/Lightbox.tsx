"use client";

import { X } from "lucide-react";
import { useTranslations } from "use-intl";
import { Dialog } from "../ui/Dialog.tsx";
import { IconButton } from "../ui/IconButton.tsx";

/** One picture over the whole page. */
export function Lightbox({ name, src, onClose }: { name: string; src: string; onClose: () => void }) {
  const t = useTranslations("media");
  return (
    <Dialog label={t("picture", { name })} onClose={onClose} className="m-auto max-h-dvh max-w-full bg-transparent p-4 backdrop:bg-black/80">
      <img src={src} alt={t("picture", { name })} className="max-h-[calc(100dvh-2rem)] min-h-40 max-w-full rounded-xl object-contain" />
      <IconButton label={t("close")} onClick={onClose} className="fixed top-3 right-3 bg-surface text-ink">
        <X aria-hidden />
      </IconButton>
    </Dialog>
  );
}
