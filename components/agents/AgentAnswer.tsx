"use client";

import { useTranslations } from "use-intl";
import type { AnswerLinks } from "../markdown/answerLinks.ts";
import { Markdown } from "../markdown/Markdown.tsx";
import { FoldSummary } from "../ui/FoldSummary.tsx";
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
      <details>
        <FoldSummary className="text-sm text-muted">{t("source")}</FoldSummary>
        <div className="border-l-2 border-line pl-4">
          <Markdown text={text} partial={partial} links={links} />
        </div>
      </details>
    </>
  );
}
