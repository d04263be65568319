"use client";

import clsx from "clsx";
import { Check } from "lucide-react";
import { useEffect, useRef, useState, type MouseEvent } from "react";
import { useTranslations } from "use-intl";
import type { PdfFile } from "../media/pdf.ts";
import { Turnstile } from "./uploads.ts";

export interface PageThumbnailsProps {
  pdf: PdfFile;
  count: number;
  selected: ReadonlySet<number>;
  onSelect: (pages: ReadonlySet<number>) => void;
}

/** Pages that are drawn at the same time. */
const drawnAtOnce = 2;
/** Pixels of the longer side; the cards show half of that. */
const side = 320;

/** All pages, small; those in view are drawn, and only they. With Shift a click selects up to the last one clicked. */
export function PageThumbnails({ pdf, count, selected, onSelect }: PageThumbnailsProps) {
  const t = useTranslations("input");
  const [turnstile] = useState(() => new Turnstile(drawnAtOnce));
  const last = useRef(1);
  const toggle = (page: number, event: MouseEvent) => {
    const pages = new Set(selected);
    const wanted = !selected.has(page);
    const [from, to] = event.shiftKey ? [Math.min(last.current, page), Math.max(last.current, page)] : [page, page];
    for (let each = from; each <= to; each++) {
      if (wanted) pages.add(each);
      else pages.delete(each);
    }
    last.current = page;
    onSelect(pages);
  };
  return (
    <ul aria-label={t("pdfRange")} className="grid grid-cols-[repeat(auto-fill,minmax(6.5rem,1fr))] gap-3">
      {Array.from({ length: count }, (_, index) => index + 1).map((page) => {
        const on = selected.has(page);
        return (
          <li key={page}>
            <button
              type="button"
              role="checkbox"
              aria-checked={on}
              aria-label={t("pdfPage", { page })}
              onClick={(event) => toggle(page, event)}
              className={clsx("relative block w-full overflow-hidden rounded-lg border-2 bg-sunken", on ? "border-accent" : "border-line opacity-60 hover:opacity-100")}
            >
              <Thumbnail pdf={pdf} page={page} turnstile={turnstile} />
              <span className="absolute bottom-1 left-1 rounded-full bg-surface/90 px-1.5 text-xs leading-5 text-ink tabular-nums">{page}</span>
              {on && (
                <span className="absolute top-1 right-1 grid size-5 place-items-center rounded-full bg-accent text-on-accent">
                  <Check aria-hidden className="size-3.5" />
                </span>
              )}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function Thumbnail({ pdf, page, turnstile }: { pdf: PdfFile; page: number; turnstile: Turnstile }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    let drawing: AbortController | undefined;
    const hide = () => {
      drawing?.abort();
      drawing = undefined;
      element.width = 0; // gives its memory back
    };
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting !== true) { hide(); return; }
        drawing ??= new AbortController();
        const { signal } = drawing;
        // Drawn beside the page first: two drawings of one canvas would disturb each other.
        const sheet = document.createElement("canvas");
        turnstile
          .pass(signal, () => pdf.drawThumbnail(page, sheet, side))
          .then(() => {
            if (!signal.aborted) show(sheet, element);
          })
          .catch(() => undefined); // it stays empty; attaching it will say why
      },
      { rootMargin: "200px" },
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      hide();
    };
  }, [pdf, page, turnstile]);
  return <canvas ref={canvas} width={0} height={0} aria-hidden className="aspect-[3/4] w-full object-contain" />;
}

function show(sheet: HTMLCanvasElement, target: HTMLCanvasElement): void {
  target.width = sheet.width;
  target.height = sheet.height;
  target.getContext("2d")?.drawImage(sheet, 0, 0);
  sheet.width = 0;
}
