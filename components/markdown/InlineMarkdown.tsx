"use client";

import ReactMarkdown, { type Components } from "react-markdown";
import { normalizeMath } from "./math.ts";
import { rehypePlugins, remarkPlugins } from "./plugins.ts";
import { ImageLink, SafeLink } from "./SafeLink.tsx";

/** A few words with emphasis and formulas, as in the cell of a table. */
export function InlineMarkdown({ text }: { text: string }) {
  if (!/[\\*_`$<[&~]/.test(text)) return <>{text}</>;
  return (
    <ReactMarkdown remarkPlugins={remarkPlugins} rehypePlugins={rehypePlugins} components={components} urlTransform={(url) => url}>
      {normalizeMath(text)}
    </ReactMarkdown>
  );
}

const components: Components = {
  p: ({ children }) => <>{children}</>,
  a: ({ href, children }) => <SafeLink href={href}>{children}</SafeLink>,
  img: ({ src, alt }) => <ImageLink src={src} alt={alt} />,
};
