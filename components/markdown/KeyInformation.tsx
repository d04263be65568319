"use client";

import { Download, FileSpreadsheet } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { CopyButton } from "../ui/CopyButton.tsx";
import { downloadText } from "../ui/download.ts";
import { FoldSummary } from "../ui/FoldSummary.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { isTable, sheetOf, tableOf, type KeyValue } from "./keyInformation.ts";
import { toCsv } from "./tableData.ts";
import { smallButton } from "./TableFrame.tsx";

/** Keys and values as a form; `children` is the JSON as it was written, folded. */
export function KeyInformation({ value, source, children }: { value: KeyValue; source: string; children: ReactNode }) {
  const t = useTranslations("code");
  const csv = () => toCsv(sheetOf(value));
  return (
    <figure className="overflow-hidden rounded-xl border border-line bg-surface">
      <figcaption className="flex items-center justify-between bg-sunken pr-1 pl-4 text-xs text-muted">
        <span>{t("keyInformation")}</span>
        <span className="flex">
          <CopyButton label={t("copyJson")} text={() => source} className={smallButton} />
          <CopyButton label={t("copyCsv")} icon={<FileSpreadsheet aria-hidden />} text={csv} className={smallButton} />
          <IconButton label={t("downloadCsv")} onClick={() => downloadText("values.csv", `\uFEFF${csv()}`, "text/csv")} className={smallButton}>
            <Download aria-hidden />
          </IconButton>
        </span>
      </figcaption>
      <div role="group" aria-label={t("keyInformation")} tabIndex={0} className="max-h-[70dvh] overflow-auto -outline-offset-2">
        <Value value={value} />
      </div>
      <details className="border-t border-line">
        <FoldSummary className="px-3 text-xs text-muted">{t("rawJson")}</FoldSummary>
        {children}
      </details>
    </figure>
  );
}

function Value({ value }: { value: KeyValue }) {
  if (typeof value === "string") return <span className="whitespace-pre-wrap">{value === "" ? "—" : value}</span>;
  if (isTable(value)) return <Sheet {...tableOf(value.items)} />;
  if (value.kind === "list") {
    if (value.items.every((item) => typeof item === "string")) return <>{value.items.join(", ") || "—"}</>;
    return (
      <ol>
        {value.items.map((item, index) => (
          <li key={index}>
            <Value value={item} />
          </li>
        ))}
      </ol>
    );
  }
  return (
    <table>
      <tbody>
        {value.entries.map(({ key, value: inner }, index) => (
          <tr key={index}>
            <th scope="row">{key}</th>
            <td>
              <Value value={inner} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Sheet({ head, rows }: { head: readonly string[]; rows: readonly (readonly string[])[] }) {
  return (
    <table>
      <thead>
        <tr>
          {head.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            {row.map((cell, column) => (
              <td key={column}>{cell === "" ? "—" : cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
