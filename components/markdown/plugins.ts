import type { Options } from "react-markdown";
import rehypeKatex from "rehype-katex";
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";
import { remarkLineBreaks } from "./lineBreaks.ts";

export const remarkPlugins: NonNullable<Options["remarkPlugins"]> = [remarkGfm, [remarkMath, { singleDollarTextMath: false }], remarkLineBreaks];

export const rehypePlugins: NonNullable<Options["rehypePlugins"]> = [
  // No \href or \includegraphics, and bounds against formulas that blow up.
  [rehypeKatex, { trust: false, strict: false, maxExpand: 200, maxSize: 20, errorColor: "var(--muted)" }],
];
