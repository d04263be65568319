"use client";

import { ImagePlus, Pencil, X } from "lucide-react";
import { useTranslations } from "use-intl";
import { IconButton } from "../ui/IconButton.tsx";
import { ActionButton } from "./ActionButton.tsx";
import type { Address } from "./pasted.ts";

/** Asks about an address that was pasted, which may stay in the text as well. */
export function AddressOffer({ address, onAttach, onDismiss }: { address: Address; onAttach: () => void; onDismiss: () => void }) {
  const t = useTranslations("input");
  return (
    <div role="status" className="flex animate-appear flex-wrap items-center gap-x-2 rounded-2xl bg-accent-soft py-1 pr-1 pl-4 text-sm">
      <ImagePlus aria-hidden className="size-4 shrink-0 text-accent" />
      <span className="min-w-0 grow wrap-anywhere">{t(address.kind === "picture" ? "offerPicture" : "offerClip", { host: address.host })}</span>
      <ActionButton onClick={onAttach}>{t("attach")}</ActionButton>
      <IconButton label={t("offerNo")} onClick={onDismiss}>
        <X aria-hidden />
      </IconButton>
    </div>
  );
}

/** Says that a sent message is being changed. */
export function EditNotice({ onCancel }: { onCancel: () => void }) {
  const t = useTranslations("input");
  return (
    <div role="status" className="flex animate-appear items-center gap-2 rounded-2xl bg-sunken py-1 pr-1 pl-4 text-sm">
      <Pencil aria-hidden className="size-4 shrink-0 text-muted" />
      <span className="min-w-0 grow">{t("editing")}</span>
      <ActionButton onClick={onCancel} className="shrink-0">{t("editCancel")}</ActionButton>
    </div>
  );
}
