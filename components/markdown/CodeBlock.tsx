"use client";

import clsx from "clsx";
import { ChevronDown, ChevronUp, Download, WrapText } from "lucide-react";
import { useLayoutEffect, useRef, useState } from "react";
import type { Element } from "hast";
import { useTranslations } from "use-intl";
import { ToolCallCard } from "../agents/ToolCallCard.tsx";
import { PreviewCard } from "../preview/PreviewCard.tsx";
import { MarkedCode } from "../results/MarkedCode.tsx";
import type { TextRange } from "../results/types.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import { downloadText } from "../ui/download.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { useAnswerLinks, useBlock } from "./answerLinks.ts";
import { CodeText } from "./CodeText.tsx";
import { extensionOf } from "./extensions.ts";
import { textOf } from "./hast.ts";
import { KeyInformation } from "./KeyInformation.tsx";
import { readKeyInformation } from "./keyInformation.ts";
import { latexTableLanguage } from "./latexTable.ts";
import { LatexTable } from "./LatexTable.tsx";
import { MarkArea } from "./MarkSpan.tsx";
import type { PlacedRange } from "./place.ts";
import { rangesInCode } from "./rehypeMarks.ts";
import { smallButton } from "./TableFrame.tsx";
import { toolCallLanguage } from "./toolCalls.ts";

/** Longer blocks are folded to about this many lines. */
const foldedLines = 24;

export interface CodeBlockProps {
  language: string | undefined;
  source: string;
  /** Where it stands in its block of Markdown. */
  place: TextRange;
  /** In the source. */
  marks: readonly PlacedRange[];
}

/** A code block within a list or a quotation. */
export function NestedCode({ node }: { node: Element | undefined }) {
  const { text, marks } = useBlock();
  const code = node?.children.find((child) => child.type === "element");
  if (!node || !code) return null;
  const place = { start: node.position?.start.offset ?? 0, end: node.position?.end.offset ?? 0 };
  return <CodeBlock language={languageOf(code)} source={textOf(code).replace(/\n$/, "")} place={place} marks={rangesInCode(text, code, marks)} />;
}

/** A fenced block: code, and what is better seen in another form than as code. */
export function CodeBlock({ language: name, source, place, marks }: CodeBlockProps) {
  const links = useAnswerLinks();
  const { previews } = useBlock();
  const language = name?.toLowerCase();
  if (language === latexTableLanguage) {
    return (
      <MarkArea id={marks[0]?.id}>
        <LatexTable source={source} />
      </MarkArea>
    );
  }

  if (language === toolCallLanguage) {
    return (
      <MarkArea id={marks[0]?.id}>
        <ToolCallCard source={source} id={marks[0]?.id} />
      </MarkArea>
    );
  }

  const code = <Code language={language} source={source} marks={marks} />;
  const ids = new Set(marks.map(({ id }) => id));
  if (links?.results.marks.some(({ id }) => ids.has(id)) === true) {
    return (
      <MarkedCode ids={ids} links={links}>
        {code}
      </MarkedCode>
    );
  }
  // What has marks is shown on its picture or clip.
  const values = marks.length === 0 && (language === undefined || /^json[c5]?$/.test(language)) ? readKeyInformation(source) : undefined;
  if (values !== undefined) {
    return (
      <KeyInformation value={values} source={source}>
        {code}
      </KeyInformation>
    );
  }
  const placed = previews.find((preview) => preview.start < place.end && preview.end > place.start);
  const preview = placed && links?.previews.find(({ id }) => id === placed.id);
  if (!preview || !links) return code;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
      {code}
      <PreviewCard preview={preview} answer={links.answer} media={links.media} />
    </div>
  );
}

function Code({ language, source, marks }: Omit<CodeBlockProps, "place">) {
  const t = useTranslations("code");
  const block = useBlock();
  const [wrapped, setWrapped] = useState(false);
  const [unfolded, setUnfolded] = useState(false);
  const lines = source.split("\n").length;
  const folds = block.folds && lines > foldedLines;
  const folded = folds && !unfolded;
  const pre = useRef<HTMLPreElement>(null);
  // What is written is in sight; what was written is read from its beginning.
  useLayoutEffect(() => {
    if (pre.current && folded) pre.current.scrollTop = block.partial ? pre.current.scrollHeight : 0;
  }, [source, block.partial, folded]);
  return (
    <figure className="overflow-hidden rounded-xl border border-line bg-surface">
      <figcaption className="flex items-center justify-between bg-sunken pr-1 pl-4 text-xs text-muted">
        <span>{language ?? t("text")}</span>
        <span className="flex">
          <IconButton label={t("wrap")} aria-pressed={wrapped} onClick={() => setWrapped(!wrapped)} className={clsx(smallButton, wrapped && "text-accent")}>
            <WrapText aria-hidden />
          </IconButton>
          <IconButton label={t("download")} onClick={() => downloadText(`answer.${extensionOf(language)}`, `${source}\n`)} className={smallButton}>
            <Download aria-hidden />
          </IconButton>
          <CopyButton label={t("copy")} text={() => source} className={smallButton} />
        </span>
      </figcaption>
      {/* Scrolls by keyboard, too. */}
      <pre
        ref={pre}
        tabIndex={0}
        data-wrapped={wrapped || undefined}
        className={clsx("overflow-x-auto px-4 py-3 -outline-offset-2", folded && "max-h-96 overflow-y-hidden")}
      >
        <CodeText language={language} source={source} marks={marks} partial={block.partial} />
      </pre>
      {folds && (
        <button
          type="button"
          aria-expanded={unfolded}
          onClick={() => setUnfolded(!unfolded)}
          className="flex min-h-11 w-full items-center justify-center gap-1.5 border-t border-line text-xs text-muted hover:bg-sunken hover:text-ink md:min-h-9"
        >
          {unfolded ? <ChevronUp aria-hidden className="size-4" /> : <ChevronDown aria-hidden className="size-4" />}
          {unfolded ? t("fold") : t("unfold", { lines })}
        </button>
      )}
    </figure>
  );
}

function languageOf({ properties: { className } }: Element): string | undefined {
  const name = Array.isArray(className) ? className.find((entry) => typeof entry === "string" && entry.startsWith("language-")) : undefined;
  return typeof name === "string" ? name.slice("language-".length) : undefined;
}
