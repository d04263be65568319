"use client";

import { Download } from "lucide-react";
import { useTranslations } from "use-intl";
import { downloadText } from "../ui/download.ts";
import { exportFindings, exportFormats, exportTypes, type Findings } from "./exports.ts";

/** Saves what the answer found in the clip, for other programs. */
export function ExportButtons({ name, findings }: { name: string; findings: Findings }) {
  const t = useTranslations("clips");
  const base = name.replace(/\.[^.]{1,5}$/, "");
  return (
    <div role="group" aria-label={t("export")} className="flex flex-wrap items-center gap-1.5 text-sm">
      <Download aria-hidden className="size-4 text-muted" />
      {exportFormats.map((format) => (
        <button
          key={format}
          type="button"
          title={t(`exportFormat.${format}`)}
          onClick={() => downloadText(`${base}.${format}`, exportFindings(format, findings), exportTypes[format])}
          className="min-h-11 rounded-full border border-line px-3 text-xs font-medium text-muted transition-colors hover:bg-sunken hover:text-ink md:min-h-7"
        >
          {format.toUpperCase()}
        </button>
      ))}
    </div>
  );
}
