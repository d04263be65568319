"use client";

import { RotateCw, TriangleAlert } from "lucide-react";
import { memo } from "react";
import { useTranslations } from "use-intl";
import type { WireError } from "../../inference/errors.ts";
import { focusMessageBox } from "../composer/focusMessageBox.ts";
import { useErrorText } from "../i18n/LanguageProvider.tsx";
import { Markdown } from "../markdown/Markdown.tsx";
import { CopyButton } from "../ui/CopyButton.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { AnswerProgress } from "./AnswerProgress.tsx";
import { AnswerStats } from "./AnswerStats.tsx";
import { useSessions } from "./Sessions.tsx";
import { isRunning, type AssistantTurn } from "./turns.ts";

export interface AssistantMessageProps {
  turn: AssistantTurn;
  /** Only the last answer can be made again. */
  last: boolean;
}

/** One answer in whatever state it is. */
export const AssistantMessage = memo(function AssistantMessage({ turn, last }: AssistantMessageProps) {
  const t = useTranslations("chat");
  const running = isRunning(turn);
  const writing = turn.state.name === "writing";
  return (
    <article aria-label={t("assistant")} aria-busy={running} className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-2">
      {turn.text !== "" && <Markdown text={turn.text} partial={running} />}
      {running && !writing && <AnswerProgress turn={turn} />}
      {turn.state.name === "failed" && <Failure error={turn.state.error} last={last} />}
      {turn.state.name === "interrupted" && <Notice title={t("interruptedTitle")} text={t("interrupted")} />}
      <div className="flex min-h-9 flex-wrap items-center gap-x-2">
        {!running && <Actions turn={turn} last={last} />}
        <AnswerStats turn={turn} />
      </div>
    </article>
  );
});

function Actions({ turn, last }: AssistantMessageProps) {
  const t = useTranslations("chat");
  const regenerate = useRegenerate();
  return (
    <div className="-ml-2 flex">
      {turn.text !== "" && <CopyButton label={t("copyAnswer")} text={() => turn.text} />}
      {last && (
        <IconButton label={t("regenerate")} onClick={regenerate}>
          <RotateCw aria-hidden />
        </IconButton>
      )}
    </div>
  );
}

/** The button that asks for it goes away with the answer, so the focus is taken along. */
function useRegenerate(): () => void {
  const { chat } = useSessions();
  return () => {
    chat.regenerate();
    focusMessageBox();
  };
}

function Failure({ error, last }: { error: WireError; last: boolean }) {
  const t = useTranslations("chat");
  const regenerate = useRegenerate();
  const { cause, action } = useErrorText()(error);
  return (
    <Notice title={cause} text={action}>
      {last && (
        <button type="button" onClick={regenerate} className="min-h-11 rounded-full border border-current px-4 text-sm font-medium md:min-h-8">
          {t("retry")}
        </button>
      )}
    </Notice>
  );
}

function Notice({ title, text, children }: { title: string; text: string; children?: React.ReactNode }) {
  return (
    <div role="alert" className="flex items-start gap-3 rounded-2xl bg-danger-soft px-4 py-3 text-sm">
      <TriangleAlert aria-hidden className="mt-0.5 size-4.5 shrink-0 text-danger" />
      <div className="min-w-0 grow wrap-anywhere">
        <p className="font-medium">{title}</p>
        <p className="text-muted">{text}</p>
      </div>
      <div className="shrink-0 self-center text-danger">{children}</div>
    </div>
  );
}
