"use client";

import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { safeUrl } from "./links.ts";

export function SafeLink({ href, children }: { href: unknown; children?: ReactNode }) {
  const url = safeUrl(href);
  if (url === undefined) return <span>{children}</span>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow" className="text-accent underline decoration-1 underline-offset-3 hover:decoration-2">
      {children}
    </a>
  );
}

/** Pictures are never fetched: an answer could otherwise tell another server that it was read. */
export function ImageLink({ src, alt }: { src: unknown; alt: string | undefined }) {
  const t = useTranslations("code");
  const text = alt ? t("image", { alt }) : t("imageNoAlt");
  return <SafeLink href={src}>{text}</SafeLink>;
}
