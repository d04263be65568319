"use client";

import { X } from "lucide-react";
import { useTranslations } from "use-intl";
import { IconButton } from "../ui/IconButton.tsx";
import type { ImportReport } from "./useTransfer.ts";

/** What came of the last import. */
export function ImportReports({ reports, onDismiss }: { reports: readonly ImportReport[]; onDismiss: () => void }) {
  const t = useTranslations("conversations");
  if (reports.length === 0) return null;
  const failed = reports.some(({ kind }) => kind === "failed");
  return (
    <div role={failed ? "alert" : "status"} className={failed ? "flex items-start rounded-xl bg-danger-soft pl-3 text-sm" : "flex items-start rounded-xl bg-accent-soft pl-3 text-sm"}>
      <ul className="min-w-0 grow self-center py-1.5 wrap-anywhere">
        {reports.map((report, index) => (
          <li key={index}>
            {report.kind === "done"
              ? `${t("imported", { count: report.count })}${report.skipped > 0 ? ` ${t("skipped", { count: report.skipped })}` : ""}`
              : t(`importFaults.${report.fault}`, { file: report.file })}
          </li>
        ))}
      </ul>
      <IconButton label={t("dismiss")} onClick={onDismiss} className="md:size-8!">
        <X aria-hidden />
      </IconButton>
    </div>
  );
}
