"use client";

import { useTranslations } from "use-intl";
import { CopyButton } from "../ui/CopyButton.tsx";
import { QrCode } from "./QrCode.tsx";

/** An address to give away: as text, to be copied, and for a camera. */
export function Address({ url, label }: { url: string; label: string }) {
  const t = useTranslations("share");
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] justify-items-center gap-3">
      <div className="flex w-full items-center gap-1 rounded-2xl border border-line bg-sunken/50 py-1 pr-1 pl-4">
        <a href={url} target="_blank" rel="noopener noreferrer" aria-label={`${label}: ${url}`} className="min-w-0 grow truncate text-sm underline-offset-2 hover:underline">
          {url}
        </a>
        <CopyButton label={t("copy")} text={() => url} />
      </div>
      <QrCode text={url} label={t("qr", { label })} />
    </div>
  );
}
