"use client";

import { Download, FileSpreadsheet } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { CopyButton } from "../ui/CopyButton.tsx";
import { downloadText } from "../ui/download.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { toCsv, toMarkdownTable, type TableData } from "./tableData.ts";

export const smallButton = "md:size-8 [&_svg]:size-4";

/** Around a table: it scrolls by itself, its head stays in sight, and it can be taken along. */
export function TableFrame({ data, caption, children }: { data: () => TableData; caption?: ReactNode; children: ReactNode }) {
  const t = useTranslations("code");
  return (
    <figure className="overflow-hidden rounded-xl border border-line bg-surface">
      <figcaption className="flex items-center justify-between gap-3 bg-sunken pr-1 pl-4 text-xs text-muted">
        <span className="min-w-0 grow py-1">{caption ?? t("table")}</span>
        <span className="flex shrink-0">
          <CopyButton label={t("copyCsv")} icon={<FileSpreadsheet aria-hidden />} text={() => toCsv(data())} className={smallButton} />
          <CopyButton label={t("copyMarkdown")} text={() => toMarkdownTable(data())} className={smallButton} />
          <IconButton label={t("downloadCsv")} onClick={() => downloadText("table.csv", `\uFEFF${toCsv(data())}`, "text/csv")} className={smallButton}>
            <Download aria-hidden />
          </IconButton>
        </span>
      </figcaption>
      {/* Scrolls by keyboard, too. */}
      <div role="group" aria-label={t("table")} tabIndex={0} className="max-h-[70dvh] overflow-auto -outline-offset-2">
        {children}
      </div>
    </figure>
  );
}
