"use client";

import { useTranslations } from "use-intl";
import type { AnswerLinks } from "../markdown/answerLinks.ts";
import { Markdown } from "../markdown/Markdown.tsx";
import { ActionCards } from "./ActionCards.tsx";
import { behindCalls } from "./behindCalls.ts";

/** An answer of an agent: its steps, what it says behind them, and folded below as it wrote all of it, which would say the same twice. */
export function AgentAnswer({ text, partial, links }: { text: string; partial: boolean; links: AnswerLinks }) {
  const t = useTranslations("agents");
  const { results, media, answer } = links;
  const offset = behindCalls(text, results.actions);
  const rest = text.slice(offset);
  return (
    <>
      <ActionCards actions={results.actions} media={media} answer={answer} />
      {rest.trim() !== "" && <Markdown text={rest} partial={partial} links={links} offset={offset} />}
      <details className="group/source">
        <summary className="flex min-h-11 w-fit cursor-pointer items-center rounded-full text-sm text-muted hover:text-ink md:min-h-8">{t("source")}</summary>
        <div className="border-l-2 border-line pl-4">
          <Markdown text={text} partial={partial} links={links} />
        </div>
      </details>
    </>
  );
}
