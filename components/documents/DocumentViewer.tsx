"use client";

import clsx from "clsx";
import { Download } from "lucide-react";
import { useCallback, useMemo, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import type { UploadedMedia } from "../../server/protocol.ts";
import type { AnswerLinks } from "../markdown/answerLinks.ts";
import { Markdown } from "../markdown/Markdown.tsx";
import { mediaUrl } from "../media/upload.ts";
import { noResults, type PageDocument } from "../results/types.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import { downloadText } from "../ui/download.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { Segments } from "../ui/Segments.tsx";
import { useFocus, useSetFocus } from "../viewer/FocusProvider.tsx";
import { CleanPage } from "./CleanPage.tsx";
import { PageOverlay } from "./PageOverlay.tsx";
import { pagesOfParts } from "./pageParts.ts";
import { useIntoSight } from "./useIntoSight.ts";

export interface DocumentViewerProps {
  document: PageDocument;
  media: readonly UploadedMedia[];
  /** The id of the turn. */
  answer: string;
  /** Whether it is still being written. */
  partial: boolean;
}

type View = "overlay" | "clean" | "source";

/** A page that was turned into HTML or Markdown: on its picture, clean, and as it was written. A part lights up in all three. */
export function DocumentViewer({ document, media, answer, partial }: DocumentViewerProps) {
  const t = useTranslations("documents");
  const [view, setView] = useState<View>("overlay");
  const [shown, setShown] = useState(0);
  const [followed, setFollowed] = useState<string>();
  const pages = useMemo(() => media.filter(({ info }) => info.kind === "image"), [media]);
  const lit = useFocus(({ pointed }) => (pointed?.answer === answer ? pointed.id : undefined));
  const setFocus = useSetFocus();
  const point = useCallback((id: string | undefined) => setFocus({ type: "point", pointed: id === undefined ? undefined : { answer, id } }), [answer, setFocus]);
  const pageOf = pagesOfParts(document, pages.length);
  // What is pointed at is on the page that is shown, and that stays when the pointer goes there.
  if (lit !== followed) {
    setFollowed(lit);
    const its = lit === undefined ? undefined : pageOf.get(lit);
    if (its !== undefined) setShown(its);
  }
  const page = pages[shown];
  const parts = document.parts.filter(({ id }) => pageOf.get(id) === shown);
  const body = useRef<HTMLDivElement>(null);
  useIntoSight(body, lit);
  const file = document.format === "html" ? { name: "document.html", type: "text/html" } : { name: "document.md", type: "text/markdown" };
  return (
    <div className="flex h-full flex-col">
      <div className="flex shrink-0 flex-wrap items-center gap-1 border-b border-line px-3 py-1.5">
        <Segments
          label={t("views")}
          value={view}
          onChange={setView}
          segments={[
            { value: "overlay", label: t("overlay") },
            { value: "clean", label: t("clean") },
            { value: "source", label: t("source") },
          ]}
        />
        <span className="grow" />
        <CopyButton label={t("copy")} text={() => document.source} />
        <IconButton label={t("download")} onClick={() => downloadText(file.name, `${document.source}\n`, file.type)}>
          <Download aria-hidden />
        </IconButton>
      </div>
      {view === "overlay" && pages.length > 1 && <PageStrip pages={pages} shown={shown} onChoose={setShown} />}
      <div ref={body} className={clsx("min-h-0 grow", view === "clean" ? "overflow-hidden" : "overflow-auto")}>
        {view === "overlay" && (page ? <PageOverlay page={page} parts={parts} lit={lit} onPoint={point} /> : <p className="p-6 text-sm text-muted">{t("noPage")}</p>)}
        {view === "clean" && <CleanPage document={document} pages={pages} partial={partial} lit={lit} onPoint={point} />}
        {view === "source" && <Source document={document} answer={answer} partial={partial} onOpen={() => setView("overlay")} />}
      </div>
    </div>
  );
}

function PageStrip({ pages, shown, onChoose }: { pages: readonly UploadedMedia[]; shown: number; onChoose: (page: number) => void }) {
  const t = useTranslations("documents");
  return (
    <ol aria-label={t("pages")} className="flex shrink-0 gap-2 overflow-x-auto border-b border-line bg-sunken/60 px-3 py-2">
      {pages.map(({ id }, index) => (
        <li key={`${index} ${id}`} className="shrink-0">
          <button
            type="button"
            aria-label={t("page", { number: index + 1 })}
            aria-current={index === shown ? "page" : undefined}
            onClick={() => onChoose(index)}
            className="relative block h-20 min-w-11 overflow-hidden rounded-md border-2 border-line bg-white aria-[current]:border-accent"
          >
            <img src={mediaUrl(id)} alt="" loading="lazy" className="h-full object-contain" />
            <span aria-hidden className="absolute right-0.5 bottom-0.5 rounded-sm bg-black/70 px-1 text-[0.65rem] text-white tabular-nums">
              {index + 1}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}

function Source({ document, answer, partial, onOpen }: { document: PageDocument; answer: string; partial: boolean; onOpen: () => void }) {
  const longest = Math.max(3, ...[...document.source.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length + 1));
  const fence = "`".repeat(longest);
  const head = `${fence}${document.format}\n`;
  const { range, parts } = document;
  const links: AnswerLinks = useMemo(() => {
    const shift = head.length - range.start;
    const marks = parts.map(({ id, range: { start, end } }) => ({ id, range: { start: start + shift, end: end + shift } }));
    return { answer, media: [], results: noResults, marks, previews: [], onOpen };
  }, [answer, head, range, parts, onOpen]);
  return (
    <div className="p-4">
      <Markdown text={`${head}${document.source}\n${fence}`} partial={partial} links={links} folds={false} />
    </div>
  );
}
