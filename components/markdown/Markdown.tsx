"use client";

import { memo, useMemo } from "react";
import ReactMarkdown, { type Components, type Options } from "react-markdown";
import rehypeHighlight from "rehype-highlight";
import rehypeKatex from "rehype-katex";
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";
import { useTranslations } from "use-intl";
import { asMarkdown, splitBlocks } from "./blocks.ts";
import { CodeBlock } from "./CodeBlock.tsx";
import { remarkLineBreaks } from "./lineBreaks.ts";
import { safeUrl } from "./links.ts";
import { normalizeMath } from "./math.ts";
import { stabilize } from "./partial.ts";

/** Above this many characters an answer is shown as it is: rendering it again and again would stop the page. */
export const longestMarkdown = 100_000;

const remarkPlugins: Options["remarkPlugins"] = [remarkGfm, [remarkMath, { singleDollarTextMath: false }], remarkLineBreaks];
const rehypePlugins: Options["rehypePlugins"] = [
  // No \href or \includegraphics, and bounds against formulas that blow up.
  [rehypeKatex, { trust: false, strict: false, maxExpand: 200, maxSize: 20, errorColor: "var(--muted)" }],
  [rehypeHighlight, { detect: false }],
];

/** An answer, or the part of it that is written so far. */
export function Markdown({ text, partial }: { text: string; partial: boolean }) {
  const t = useTranslations("chat");
  const tooLong = text.length > longestMarkdown;
  const blocks = useMemo(() => (tooLong ? [] : toBlocks(text, partial)), [text, partial, tooLong]);
  if (tooLong) {
    return (
      <>
        <p className="mb-3 text-sm text-muted">{t("plain")}</p>
        <pre className="font-sans whitespace-pre-wrap wrap-anywhere">{text}</pre>
      </>
    );
  }
  return (
    <div className="prose-answer">
      {blocks.map((block, index) => (
        // A block keeps its place while the answer grows, so its index is its identity.
        <Block key={index} text={block} />
      ))}
    </div>
  );
}

function toBlocks(text: string, partial: boolean): string[] {
  const markdown = asMarkdown(text);
  return splitBlocks(normalizeMath(partial ? stabilize(markdown) : markdown));
}

const Block = memo(function Block({ text }: { text: string }) {
  return (
    <div className="block">
      <ReactMarkdown remarkPlugins={remarkPlugins} rehypePlugins={rehypePlugins} components={components} urlTransform={(url) => url}>
        {text}
      </ReactMarkdown>
    </div>
  );
});

function ImageLink({ src, alt }: { src: unknown; alt: string | undefined }) {
  const t = useTranslations("code");
  const text = alt ? t("image", { alt }) : t("imageNoAlt");
  return <SafeLink href={src}>{text}</SafeLink>;
}

function SafeLink({ href, children }: { href: unknown; children?: React.ReactNode }) {
  const url = safeUrl(href);
  if (url === undefined) return <span>{children}</span>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow" className="text-accent underline decoration-1 underline-offset-3 hover:decoration-2">
      {children}
    </a>
  );
}

function Table({ children }: { children?: React.ReactNode }) {
  const t = useTranslations("code");
  return (
    <div role="region" aria-label={t("table")} tabIndex={0} className="overflow-x-auto rounded-xl border border-line">
      <table>{children}</table>
    </div>
  );
}

const components: Components = {
  a: ({ href, children }) => <SafeLink href={href}>{children}</SafeLink>,
  // Never fetched: an answer could otherwise tell another server that it was read.
  img: ({ src, alt }) => <ImageLink src={src} alt={alt} />,
  pre: ({ node, children }) => <CodeBlock node={node}>{children}</CodeBlock>,
  table: ({ children }) => <Table>{children}</Table>,
};
