"use client";

import "./answer.css";
import { memo, useMemo } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import { useTranslations } from "use-intl";
import { useStepwise } from "../ui/useStepwise.ts";
import { clipMentions, clipsOf } from "../clips/clipMentions.ts";
import { rehypeTimes, sameClips, type TimedClips } from "../clips/rehypeTimes.ts";
import { TimeLink } from "../clips/TimeLink.tsx";
import { DocumentCard } from "../documents/DocumentCard.tsx";
import { PageLink } from "../documents/PageLink.tsx";
import { pagesOf, rehypePages, samePages, type NumberedPages } from "../documents/rehypePages.ts";
import { BlockContext, LinksContext, type AnswerLinks } from "./answerLinks.ts";
import { AnswerTable, TableBody, TableHead } from "./AnswerTable.tsx";
import { readFence } from "./blocks.ts";
import { CodeBlock, NestedCode } from "./CodeBlock.tsx";
import { isTooCostly } from "./costly.ts";
import { MarkSpan } from "./MarkSpan.tsx";
import { placeBlocks, type NamedRange, type PlacedBlock, type PlacedRange } from "./place.ts";
import { PlainText, PlainWhenFailed } from "./PlainWhenFailed.tsx";
import { rehypePlugins, remarkPlugins } from "./plugins.ts";
import { rehypeMarks } from "./rehypeMarks.ts";
import { ImageLink, SafeLink } from "./SafeLink.tsx";

/** Above this many characters an answer is shown as it is: rendering it again and again would stop the page. */
export const longestMarkdown = 100_000;

/** So many of the last blocks are always laid out; those before them only near the window. */
const unsettled = 12;

export interface MarkdownProps {
  text: string;
  /** Whether it is still being written. */
  partial: boolean;
  /** Where the words stand for what is shown elsewhere. */
  links?: AnswerLinks | undefined;
  /** Where in the answer `text` begins, when it is only the rest of it. */
  offset?: number;
  /** Long code is folded unless this is false. */
  folds?: boolean;
}

/** An answer, or the part of it that is written so far. */
export function Markdown({ text, partial, links, offset = 0, folds = true }: MarkdownProps) {
  const t = useTranslations("chat");
  const tooLong = text.length > longestMarkdown;
  const blocks = useMemo(() => (tooLong ? [] : placeBlocks(text, partial, rangesOf(links, offset))), [text, partial, tooLong, links, offset]);
  const shown = useStepwise(blocks.length, partial);
  const clips = useMemo(() => blockClips(blocks, links), [blocks, links]);
  const media = links?.media;
  const pages = useMemo(() => media && pagesOf(media), [media]);
  if (tooLong) {
    return (
      <>
        <p className="mb-3 text-sm text-muted">{t("plain")}</p>
        <PlainText>{text}</PlainText>
      </>
    );
  }
  return (
    <LinksContext value={links}>
      <div className="prose-answer" data-marked="">
        {blocks.slice(0, shown).map((block, index) => (
          // A block keeps its place while the answer grows, so its index is its identity.
          <div key={index} className="passage" data-settled={index < blocks.length - unsettled || undefined}>
            <Block block={block} partial={partial && index === blocks.length - 1} folds={folds} clips={clips[index]} pages={pages} />
          </div>
        ))}
        {links?.results.document && <DocumentCard document={links.results.document} answer={links.answer} media={links.media} />}
      </div>
    </LinksContext>
  );
}

/** For each block, which clip its words begin with: the one that was named last in those before it. */
function blockClips(blocks: readonly PlacedBlock[], links: AnswerLinks | undefined): readonly (TimedClips | undefined)[] {
  const clips = links ? clipsOf(links.media) : [];
  if (clips.length === 0) return [];
  const before = links?.clipsBefore ?? 0;
  let current = 0;
  return blocks.map(({ text }) => {
    const own = { clips, current, before };
    current = clipMentions(text, { count: clips.length, before }).at(-1)?.clip ?? current;
    return own;
  });
}

/** Sets what can be shown by itself apart from what lights up. */
const previewPrefix = "preview ";

function rangesOf(links: AnswerLinks | undefined, offset: number): NamedRange[] {
  if (links === undefined) return [];
  const named = [...links.marks, ...links.previews.map(({ id, range }) => ({ id: previewPrefix + id, range }))];
  return offset === 0 ? named : named.map(({ id, range }) => ({ id, range: { start: Math.max(range.start - offset, 0), end: Math.max(range.end - offset, 0) } }));
}

interface BlockProps {
  block: PlacedBlock;
  partial: boolean;
  folds: boolean;
  /** The clips whose times the words may name. */
  clips: TimedClips | undefined;
  /** The pages that the words may name. */
  pages: NumberedPages | undefined;
}

const Block = memo(function Block({ block: { text, ranges }, partial, folds, clips, pages }: BlockProps) {
  const marks = ranges.filter(({ id }) => !id.startsWith(previewPrefix));
  const context = { partial, folds, text, marks, previews: ranges.flatMap(toPreview), clips };
  const fence = readFence(text);
  const plugins = [...rehypePlugins];
  if (marks.length > 0) plugins.push([rehypeMarks, { source: text, ranges: marks }]);
  if (clips) plugins.push([rehypeTimes, clips]);
  if (pages) plugins.push([rehypePages, pages]);
  return (
    <BlockContext value={context}>
      {fence ? (
        // Code needs no Markdown, and may be long while it is being written.
        <CodeBlock language={fence.language} source={fence.source} place={{ start: 0, end: text.length }} marks={shifted(marks, fence)} />
      ) : isTooCostly(text) ? (
        <PlainText>{text}</PlainText>
      ) : (
        <PlainWhenFailed text={text}>
          <ReactMarkdown remarkPlugins={remarkPlugins} rehypePlugins={plugins} components={components} urlTransform={(url) => url}>
            {text}
          </ReactMarkdown>
        </PlainWhenFailed>
      )}
    </BlockContext>
  );
}, sameBlock);

function shifted(ranges: readonly PlacedRange[], { source, start: by }: { source: string; start: number }): PlacedRange[] {
  const place = (at: number) => Math.min(Math.max(at - by, 0), source.length);
  return ranges.map(({ id, start, end }) => ({ id, start: place(start), end: place(end) })).filter(({ start, end }) => start < end);
}

function toPreview({ id, start, end }: PlacedRange): PlacedRange[] {
  return id.startsWith(previewPrefix) ? [{ id: id.slice(previewPrefix.length), start, end }] : [];
}

/** The ranges are found anew with each word, and are most often the same. */
function sameBlock(a: BlockProps, b: BlockProps): boolean {
  const [before, after] = [a.block.ranges, b.block.ranges];
  return (
    a.partial === b.partial &&
    sameClips(a.clips, b.clips) &&
    samePages(a.pages, b.pages) &&
    a.block.text === b.block.text &&
    before.length === after.length &&
    before.every(({ id, start, end }, index) => id === after[index]?.id && start === after[index].start && end === after[index].end)
  );
}

const components: Components = {
  a: ({ href, children }) => <SafeLink href={href}>{children}</SafeLink>,
  img: ({ src, alt }) => <ImageLink src={src} alt={alt} />,
  pre: ({ node }) => <NestedCode node={node} />,
  // Of rehypeMarks.
  mark: ({ node, children }) => <MarkSpan id={String(node?.properties.dataMark)}>{children}</MarkSpan>,
  // Of rehypeTimes.
  time: ({ node, children }) => (
    <TimeLink clip={Number(node?.properties.dataClip)} seconds={Number(node?.properties.dataSeconds)} until={node?.properties.dataUntil === undefined ? undefined : Number(node.properties.dataUntil)}>
      {children}
    </TimeLink>
  ),
  // Of rehypePages.
  data: ({ node, children }) => <PageLink index={Number(node?.properties.value)}>{children}</PageLink>,
  table: ({ node, children }) => <AnswerTable node={node}>{children}</AnswerTable>,
  tbody: ({ node, children }) => <TableBody node={node}>{children}</TableBody>,
  th: ({ node, style, children }) => <TableHead node={node} style={style}>{children}</TableHead>,
};
