"use client";

import { memo, useCallback, useState } from "react";
import { useTranslations } from "use-intl";
import type { WireError } from "../../inference/errors.ts";
import { useErrorText } from "../i18n/LanguageProvider.tsx";
import { answerParts } from "../thinking/answerParts.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import { actionSize } from "./ActionButton.tsx";
import { AnswerActions, useRegenerate } from "./AnswerActions.tsx";
import { AnswerEditor } from "./AnswerEditor.tsx";
import { AnswerProgress } from "./AnswerProgress.tsx";
import { AnswerStats } from "./AnswerStats.tsx";
import { AnswerText } from "./AnswerText.tsx";
import { BranchArrows } from "./BranchArrows.tsx";
import { DamagedClips } from "./DamagedClips.tsx";
import { Notice } from "./Notice.tsx";
import { useReadOnly } from "./Sessions.tsx";
import { isRunning, type AssistantTurn } from "./turns.ts";

export interface AssistantMessageProps {
  turn: AssistantTurn;
  last: boolean;
}

/** One answer in whatever state it is. Its versions take turns in the same place, so that the arrows between them keep the focus. */
export const AssistantMessage = memo(function AssistantMessage({ turn, last }: AssistantMessageProps) {
  const t = useTranslations("chat");
  const [edited, setEdited] = useState<string>();
  const stopEditing = useCallback(() => setEdited(undefined), []);
  const running = isRunning(turn);
  const readOnly = useReadOnly();
  return (
    <article id={`turn-${turn.id}`} aria-label={t("assistant")} aria-busy={running} className="group/message grid min-w-0 scroll-my-8 grid-cols-[minmax(0,1fr)] gap-2">
      {edited === turn.id ? <AnswerEditor turn={turn} onClose={stopEditing} /> : <Answer key={turn.id} turn={turn} last={last} />}
      <div className="flex min-h-9 flex-wrap items-center gap-x-4">
        {!readOnly && <BranchArrows turn={turn.id} />}
        <AnswerStats turn={turn} />
        {readOnly ? (
          turn.text !== "" && <CopyButton label={t("copyAnswer")} text={() => answerParts(turn).answer} className={actionSize} />
        ) : (
          !running && <AnswerActions turn={turn} last={last} onEdit={() => setEdited(turn.id)} />
        )}
      </div>
    </article>
  );
});

/** What was answered, or what is known of it so far. */
function Answer({ turn, last }: AssistantMessageProps) {
  const t = useTranslations("chat");
  const running = isRunning(turn);
  // A fast answer is complete when its first words are shown; that it was awaited here tells it from an old one.
  const [awaited] = useState(running);
  return (
    <>
      {turn.text !== "" && <AnswerText turn={turn} awaited={awaited} />}
      {running && turn.state.name !== "writing" && <AnswerProgress turn={turn} />}
      {turn.state.name === "finished" && turn.state.damaged && <DamagedClips ids={turn.state.damaged} />}
      {turn.state.name === "failed" && <Failure turn={turn} error={turn.state.error} last={last} />}
      {turn.state.name === "interrupted" && <Notice title={t("interruptedTitle")} text={t("interrupted")} />}
    </>
  );
}

function Failure({ turn, error, last }: AssistantMessageProps & { error: WireError }) {
  const readOnly = useReadOnly();
  const { cause, action } = useErrorText()(error);
  return (
    <Notice title={cause} text={action}>
      {last && !readOnly && <RetryButton turn={turn.id} />}
    </Notice>
  );
}

function RetryButton({ turn }: { turn: string }) {
  const t = useTranslations("chat");
  const regenerate = useRegenerate(turn);
  return (
    <button type="button" onClick={regenerate} className="min-h-11 rounded-full border border-current px-4 text-sm font-medium md:min-h-8">
      {t("retry")}
    </button>
  );
}
