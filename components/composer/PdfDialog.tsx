"use client";

import { useEffect, useId, useMemo, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import type { PageError } from "../i18n/errorText.ts";
import { formatCount } from "../i18n/format.ts";
import { formatPageRange, parsePageRange } from "../media/pageRange.ts";
import { pagePixels, PdfFile, type PageSize } from "../media/pdf.ts";
import { UploadError } from "../media/upload.ts";
import { costOfMedium } from "../settings/cost.ts";
import { useMediaRules, useSettings } from "../settings/useSettings.ts";
import type { Origin } from "./draft.ts";
import { ActionButton } from "./ActionButton.tsx";
import { fieldStyle, InputDialog } from "./InputDialog.tsx";
import { PageThumbnails } from "./PageThumbnails.tsx";

export interface PageToAttach {
  name: string;
  origin: Origin;
  make: (signal: AbortSignal) => Promise<File>;
}

export interface PdfDialogProps {
  file: File;
  /** Pages that fit at most. */
  limit: number;
  onAttach: (pages: PageToAttach[]) => void;
  onFailed: (error: PageError) => void;
  onClose: () => void;
}

/** 144 is twice the size on paper: small print can be read, and an A4 page takes about 2,000 tokens. */
const sharpnesses = [100, 144, 200] as const;
const usualSharpness = 144;

/** Asks which pages of a PDF are attached, and how sharp. */
export default function PdfDialog({ file, limit, onAttach, onFailed, onClose }: PdfDialogProps) {
  const t = useTranslations("input");
  const locale = useLocale();
  const pdf = useMemo(() => new PdfFile(file), [file]);
  const sizes = usePageSizes(pdf, onFailed);
  const count = sizes?.count ?? 0;
  const [chosen, setChosen] = useState<{ pages: ReadonlySet<number>; text: string | undefined }>();
  const [dpi, setDpi] = useState<number>(usualSharpness);
  const all = useMemo(() => new Set(Array.from({ length: Math.min(count, limit) }, (_, index) => index + 1)), [count, limit]);
  const pages = chosen?.pages ?? all;
  const text = chosen?.text ?? formatPageRange(pages);
  const parsed = parsePageRange(text, count);
  const [rangeField, rangeNote, sharpness] = [useId(), useId(), useId()];
  const tokensOf = usePageTokens(dpi);
  const tokens = [...pages].reduce((sum, page) => sum + (sizes ? tokensOf(sizes.of(page)) : 0), 0);
  const example = `1-${Math.min(3, Math.max(count, 1))}${count > 6 ? ", 7" : ""}`;
  const select = (selected: ReadonlySet<number>) => setChosen({ pages: selected, text: undefined });

  return (
    <InputDialog
      title={t("pdfTitle", { name: file.name })}
      onClose={onClose}
      wide
      actions={
        <>
          <p role="status" className="mr-auto text-sm text-muted tabular-nums max-sm:w-full">
            {pages.size > limit ? t("pdfTooMany", { limit: formatCount(locale, limit) }) : sizes && t("pdfTotal", { count: pages.size, tokens: formatCount(locale, tokens) })}
          </p>
          <ActionButton onClick={onClose}>{t("cancel")}</ActionButton>
          <ActionButton
            strong
            disabled={pages.size === 0 || pages.size > limit || parsed === undefined}
            onClick={() => onAttach([...pages].sort((a, b) => a - b).map((page) => toAttach(pdf, page, { dpi, name: t("pageName", { file: file.name, page }) })))}
          >
            {pages.size === 0 ? t("attach") : t("pdfAttach", { count: pages.size })}
          </ActionButton>
        </>
      }
    >
      {sizes === undefined ? (
        <p role="status" className="animate-breathe py-8 text-center text-muted">
          {t("pdfReading", { name: file.name })}
        </p>
      ) : (
        <>
          <div className="grid grid-cols-[1fr_auto] items-start gap-3 sm:grid-cols-[1fr_auto_auto]">
            <div className="grid gap-1.5 max-sm:col-span-2">
              <label htmlFor={rangeField} className="text-sm font-medium">
                {t("pdfRange")} <span className="font-normal text-muted">· {t("pdfCount", { count })}</span>
              </label>
              <input
                id={rangeField}
                value={text}
                aria-invalid={parsed === undefined}
                aria-describedby={rangeNote}
                autoComplete="off"
                onChange={({ target: { value } }) => setChosen({ text: value, pages: new Set(parsePageRange(value, count) ?? pages) })}
                className={fieldStyle}
              />
              <p id={rangeNote} className={parsed === undefined ? "text-sm text-danger" : "text-sm text-muted"}>
                {t(parsed === undefined ? "pdfRangeWrong" : "pdfRangeHint", { example })}
              </p>
            </div>
            <div className="grid gap-1.5">
              <label htmlFor={sharpness} className="text-sm font-medium">
                {t("pdfSharpness")}
              </label>
              <select id={sharpness} value={dpi} onChange={(event) => setDpi(Number(event.target.value))} className={fieldStyle}>
                {sharpnesses.map((value) => (
                  <option key={value} value={value}>
                    {t("pdfDpi", { dpi: value })}
                  </option>
                ))}
              </select>
            </div>
            <ActionButton className="mt-7 border border-line" onClick={() => select(pages.size === all.size ? new Set() : all)}>
              {t(pages.size === all.size ? "pdfNone" : "pdfAll")}
            </ActionButton>
          </div>
          <PageThumbnails pdf={pdf} count={count} selected={pages} onSelect={select} />
        </>
      )}
    </InputDialog>
  );
}

function toAttach(pdf: PdfFile, page: number, { dpi, name }: { dpi: number; name: string }): PageToAttach {
  return { name, origin: { kind: "page", file: pdf.name, page }, make: (signal) => pdf.picture(page, { dpi, name, signal }) };
}

/** Pixels of one side of what a visual token stands for, where the engine has not said it yet. */
const usualTokenSide = 32;

/** What a page costs as a picture, under the settings of the conversation. */
function usePageTokens(dpi: number): (size: PageSize) => number {
  const { settings } = useSettings();
  const rules = useMediaRules();
  return (page) => {
    const { width, height } = pagePixels(page, dpi);
    const usual = Math.max(1, Math.round(width / usualTokenSide)) * Math.max(1, Math.round(height / usualTokenSide));
    const info = { kind: "image", format: "png", width, height, resizedWidth: width, resizedHeight: height, tokens: usual } as const;
    const cost = costOfMedium({ id: "", name: "", bytes: 0, mime: "image/png", info }, settings, rules);
    return "tokens" in cost ? cost.tokens : 0;
  };
}

interface PageSizes {
  count: number;
  /** Of a page that was not read yet: that of the first. */
  of: (page: number) => PageSize;
}

const unknownSize: PageSize = { width: 595, height: 842 };
/** The page is told of so many sizes at once. */
const batch = 32;

/** How many pages there are, at once, and how large each is, by and by. */
function usePageSizes(pdf: PdfFile, onFailed: (error: PageError) => void): PageSizes | undefined {
  const [sizes, setSizes] = useState<PageSizes>();
  const [fail] = useState(() => onFailed);
  useEffect(() => {
    let gone = false;
    const read = async () => {
      const count = await pdf.countPages();
      const known = new Map<number, PageSize>();
      const tell = () => {
        const copy = new Map(known);
        setSizes({ count, of: (page) => copy.get(page) ?? copy.get(1) ?? unknownSize });
      };
      for (let page = 1; page <= count && !gone; page++) {
        known.set(page, await pdf.size(page));
        if (page === 1 || page === count || page % batch === 0) tell();
      }
    };
    read().catch((fault: unknown) => {
      if (!gone) fail(fault instanceof UploadError ? fault.error : { code: "pdf_corrupt", params: { name: pdf.name } });
    });
    return () => {
      gone = true;
    };
  }, [pdf, fail]);
  return sizes;
}
