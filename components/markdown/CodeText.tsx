"use client";

import type { Root, RootContent } from "hast";
import { common, createLowlight } from "lowlight";
import { memo, useEffect, useRef, useState, type ReactNode } from "react";
import { readLanguages, rehypeTimes, sameClips, type TimedClips } from "../clips/rehypeTimes.ts";
import { TimeLink } from "../clips/TimeLink.tsx";
import { useBlock } from "./answerLinks.ts";
import { codeChunks } from "./codeChunks.ts";
import { MarkSpan } from "./MarkSpan.tsx";
import type { PlacedRange } from "./place.ts";
import { markCode } from "./rehypeMarks.ts";

const lowlight = createLowlight(common);

export interface CodeTextProps {
  language: string | undefined;
  source: string;
  marks: readonly PlacedRange[];
  /** Whether it is still being written. */
  partial: boolean;
}

/** Code with its colours and marks. It is coloured piece by piece, when it comes into sight. */
export function CodeText({ language, source, marks, partial }: CodeTextProps) {
  const { clips } = useBlock();
  const timed = language === undefined || readLanguages.has(language) ? clips : undefined;
  return (
    <code className={language === undefined ? "hljs" : `hljs language-${language}`}>
      {codeChunks(source, language, partial).map(({ text, start }, index) => (
        <Chunk key={index} text={text} language={language} marks={within(marks, start, start + text.length)} clips={timed} />
      ))}
    </code>
  );
}

function within(marks: readonly PlacedRange[], from: number, to: number): PlacedRange[] {
  return marks.filter(({ start, end }) => start < to && end > from).map(({ id, start, end }) => ({ id, start: Math.max(start - from, 0), end: Math.min(end, to) - from }));
}

interface ChunkProps {
  text: string;
  language: string | undefined;
  marks: readonly PlacedRange[];
  /** The clips whose times it may name. */
  clips: TimedClips | undefined;
}

const Chunk = memo(function Chunk({ text, language, marks, clips }: ChunkProps) {
  const ref = useRef<HTMLSpanElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (seen || !element) return;
    const observer = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && setSeen(true), { rootMargin: "300px" });
    observer.observe(element);
    return () => observer.disconnect();
  }, [seen]);
  const tree: Root = seen && language !== undefined && lowlight.registered(language) ? lowlight.highlight(language, text) : { type: "root", children: [{ type: "text", value: text }] };
  markCode(tree, marks);
  if (clips) rehypeTimes(clips)(tree);
  return <span ref={ref}>{tree.children.map(toNode)}</span>;
}, sameChunk);

function sameChunk(a: ChunkProps, b: ChunkProps): boolean {
  return (
    a.text === b.text &&
    a.language === b.language &&
    sameClips(a.clips, b.clips) &&
    a.marks.length === b.marks.length &&
    a.marks.every(({ id, start, end }, index) => id === b.marks[index]?.id && start === b.marks[index].start && end === b.marks[index].end)
  );
}

function toNode(node: RootContent, index: number): ReactNode {
  if (node.type === "text") return node.value;
  if (node.type !== "element") return null;
  const children = node.children.map(toNode);
  const { dataMark, dataClip, dataSeconds, dataUntil, className } = node.properties;
  if (typeof dataMark === "string") {
    return (
      <MarkSpan key={index} id={dataMark}>
        {children}
      </MarkSpan>
    );
  }
  if (node.tagName === "time") {
    return (
      <TimeLink key={index} clip={Number(dataClip)} seconds={Number(dataSeconds)} until={dataUntil === undefined ? undefined : Number(dataUntil)}>
        {children}
      </TimeLink>
    );
  }
  return (
    <span key={index} className={Array.isArray(className) ? className.join(" ") : undefined}>
      {children}
    </span>
  );
}
