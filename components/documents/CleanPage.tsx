"use client";

import clsx from "clsx";
import { useMemo } from "react";
import { useTranslations } from "use-intl";
import type { UploadedMedia } from "../../server/protocol.ts";
import { Markdown } from "../markdown/Markdown.tsx";
import { SandboxFrame } from "../preview/SandboxFrame.tsx";
import type { PageDocument } from "../results/types.ts";
import { useThrottled } from "../ui/useThrottled.ts";
import { cleanHtml } from "./cleanHtml.ts";
import { Crop } from "./Crop.tsx";
import { isPictured, kindOf } from "./kinds.ts";
import { markdownSections, pagesOfParts } from "./pageParts.ts";
import { useCrops } from "./useCrops.ts";

export interface CleanPageProps {
  document: PageDocument;
  pages: readonly UploadedMedia[];
  partial: boolean;
  lit: string | undefined;
  onPoint: (id: string | undefined) => void;
}

/** A page that was turned into text, as it may be read: with its pictures, and without its marks. */
export function CleanPage(props: CleanPageProps) {
  return props.document.format === "html" ? <CleanHtml {...props} /> : <CleanMarkdown {...props} />;
}

/** How often (ms) a page that is being written is shown anew. */
const interval = 400;

function CleanHtml({ document, pages, partial, lit, onPoint }: CleanPageProps) {
  const t = useTranslations("documents");
  const shown = useThrottled(document, partial ? interval : 0);
  const crop = useCrops(pages);
  const html = useMemo(() => {
    const pageOf = pagesOfParts(shown, pages.length);
    return cleanHtml(shown, (part, box) => crop?.(pageOf.get(part) ?? 0, box), t("kinds.image"));
  }, [shown, pages.length, crop, t]);
  return (
    <SandboxFrame
      title={t("frame")}
      html={html}
      run={false}
      part={lit}
      onMessage={(message) => {
        if (message.type === "point") onPoint(message.part === "" ? undefined : message.part);
      }}
      className="size-full bg-white"
    />
  );
}

function CleanMarkdown({ document, pages, partial, lit, onPoint }: CleanPageProps) {
  const t = useTranslations("documents");
  const sections = markdownSections(document);
  const pageOf = pagesOfParts(document, pages.length);
  return (
    <div tabIndex={0} role="region" aria-label={t("frame")} className="size-full overflow-auto px-6 py-5 -outline-offset-2">
      <div className="mx-auto grid max-w-3xl grid-cols-[minmax(0,1fr)] gap-3">
        {sections.map(({ part, text }, index) => {
          const page = part && pages[pageOf.get(part.id) ?? 0];
          return (
            <section
              key={part?.id ?? ""}
              data-part={part?.id}
              data-lit={part && part.id === lit ? true : undefined}
              onPointerEnter={() => onPoint(part?.id)}
              onPointerLeave={() => onPoint(undefined)}
              className={clsx("rounded-lg transition-colors", part && part.id === lit && "bg-accent-soft outline-4 outline-accent-soft")}
            >
              {part && page && isPictured(kindOf(part.kind)) && (
                <div className="mb-3">
                  <Crop medium={page} box={part.box} alt={t(`kinds.${kindOf(part.kind)}`)} />
                </div>
              )}
              <Markdown text={text} partial={partial && index === sections.length - 1} />
            </section>
          );
        })}
      </div>
    </div>
  );
}
