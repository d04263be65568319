"use client";

import type { ExtraProps } from "react-markdown";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { CopyButton } from "../ui/CopyButton.tsx";

type Element = NonNullable<ExtraProps["node"]>;
type Child = Element["children"][number];

/** A fenced block with its language and a copy button. */
export function CodeBlock({ node, children }: { node: Element | undefined; children?: ReactNode }) {
  const t = useTranslations("code");
  const language = languageOf(node) ?? t("text");
  return (
    <figure className="overflow-hidden rounded-xl border border-line bg-surface">
      <figcaption className="flex items-center justify-between bg-sunken pr-1 pl-4 text-xs text-muted">
        <span>{language}</span>
        <CopyButton label={t("copy")} text={() => (node ? textOf(node).replace(/\n$/, "") : "")} className="md:size-8 [&_svg]:size-4" />
      </figcaption>
      {/* Scrolls by keyboard, too. */}
      <pre tabIndex={0} className="overflow-x-auto px-4 py-3 -outline-offset-2">
        {children}
      </pre>
    </figure>
  );
}

function languageOf(node: Element | undefined): string | undefined {
  const code = node?.children.find((child) => child.type === "element");
  const classes = code?.properties.className;
  if (!Array.isArray(classes)) return undefined;
  const name = classes.find((entry) => typeof entry === "string" && entry.startsWith("language-"));
  return typeof name === "string" ? name.slice("language-".length) : undefined;
}

function textOf(node: Element | Child): string {
  if (node.type === "text") return node.value;
  return "children" in node ? node.children.map(textOf).join("") : "";
}
