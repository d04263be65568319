"use client";

import clsx from "clsx";
import { Images, Play, Video } from "lucide-react";
import { useMessages, useTranslations } from "use-intl";
import { thumbnailUrl, type Example } from "./examples.ts";
import type { TryExample } from "./useExample.ts";

/** An example: pressed, it fills the composer; its small button asks at once. */
export function ExampleCard({ example, onTry }: { example: Example; onTry: TryExample }) {
  const t = useTranslations("gallery");
  const { title, prompt } = useMessages().gallery.examples[example.id];
  const isClip = example.media[0].endsWith(".mp4");
  const Kind = isClip ? Video : Images;
  return (
    <li className="relative grid grid-rows-[auto_1fr] overflow-hidden rounded-2xl border border-line bg-surface transition-colors focus-within:border-accent hover:border-accent">
      <span className="relative block aspect-4/3 border-b border-line bg-white">
        {/* Lazy the first ones too: what is typed would wait for others until they are there, and be lost (React's suspended commits). */}
        <img src={thumbnailUrl(example)} alt="" loading="lazy" decoding="async" width={320} height={240} className={clsx("size-full object-top", example.category === "shapes" ? "object-contain p-3" : "object-cover")} />
        {(isClip || example.media.length > 1) && (
          <span className="absolute top-2 left-2 flex items-center gap-1 rounded-full bg-surface/90 px-2 py-0.5 text-xs text-ink">
            <Kind aria-hidden className="size-3.5" />
            {isClip ? t("clip") : t("media", { count: example.media.length })}
          </span>
        )}
      </span>
      <div className="grid content-start gap-1 p-3 pb-12">
        {/* Its name alone is the button, which reaches over the whole card. */}
        <button
          type="button"
          aria-label={t("try", { title })}
          onClick={() => onTry(example, { send: false })}
          className="text-left text-sm leading-snug font-medium outline-none after:absolute after:inset-0 after:rounded-2xl focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {title}
        </button>
        <p className="line-clamp-2 text-xs leading-snug wrap-anywhere text-muted">{prompt}</p>
      </div>
      <button
        type="button"
        aria-label={t("run", { title })}
        onClick={() => onTry(example, { send: true })}
        className="absolute right-2 bottom-2 flex min-h-11 items-center gap-1.5 rounded-full px-3 text-sm text-accent transition-colors hover:bg-accent-soft md:min-h-8"
      >
        <Play aria-hidden className="size-3.5 fill-current" />
        {t("runShort")}
      </button>
    </li>
  );
}
