"use client";

import clsx from "clsx";
import { Pencil, RotateCw, ThumbsDown, ThumbsUp, Trash2 } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import { useTranslations } from "use-intl";
import { focusMessageBox } from "../composer/focusMessageBox.ts";
import { answerParts } from "../thinking/answerParts.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import { ActionButton, actionSize, shownOnDemand } from "./ActionButton.tsx";
import { useChat, useSessions } from "./Sessions.tsx";
import { canContinue, isAnswering, type AssistantTurn, type Rating } from "./turns.ts";

export interface AnswerActionsProps {
  turn: AssistantTurn;
  last: boolean;
  onEdit: () => void;
}

/** What can be done with an answer that has ended. */
export function AnswerActions({ turn, last, onEdit }: AnswerActionsProps) {
  const t = useTranslations("chat");
  const { chat } = useSessions();
  const regenerate = useRegenerate(turn.id);
  const busy = useBusy();
  const written = turn.text !== "";
  return (
    <>
      {last && canContinue(turn) && (
        <button
          type="button"
          disabled={busy}
          onClick={() => {
            chat.continueAnswer(turn.id);
            focusMessageBox();
          }}
          className="min-h-11 rounded-full border border-line-strong px-4 text-sm font-medium transition-colors hover:border-accent hover:bg-accent-soft disabled:opacity-40 md:min-h-8"
        >
          {t("continue")}
        </button>
      )}
      <div className={clsx("-ml-2 flex flex-wrap", !last && shownOnDemand)}>
        {written && <CopyButton label={t("copyAnswer")} text={() => answerParts(turn).answer} className={actionSize} />}
        <ActionButton label={t("regenerate")} disabled={busy} onClick={regenerate}>
          <RotateCw aria-hidden />
        </ActionButton>
        {written && (
          <>
            <ActionButton label={t("editAnswer")} onClick={onEdit}>
              <Pencil aria-hidden />
            </ActionButton>
            <RatingButton turn={turn} rating="up" Icon={ThumbsUp} />
            <RatingButton turn={turn} rating="down" Icon={ThumbsDown} />
          </>
        )}
        <DeleteButton turn={turn.id} />
      </div>
    </>
  );
}

/** The button that asks for it goes away with the answer, so the focus is taken along. */
export function useRegenerate(turn: string): () => void {
  const { chat } = useSessions();
  return () => {
    chat.regenerate(turn);
    focusMessageBox();
  };
}

/** Whether an answer is under way in the branch that is shown: then none else can be begun in it. */
export function useBusy(): boolean {
  return useChat((state) => state.running.has(state.current) && isAnswering(state.turns));
}

function RatingButton({ turn, rating, Icon }: { turn: AssistantTurn; rating: Rating; Icon: LucideIcon }) {
  const t = useTranslations("chat");
  const { chat } = useSessions();
  const given = turn.rating === rating;
  return (
    <ActionButton label={t(rating === "up" ? "good" : "bad")} aria-pressed={given} onClick={() => chat.rate(turn.id, given ? undefined : rating)} className={clsx(given && "text-accent")}>
      <Icon aria-hidden className={clsx(given && "fill-current")} />
    </ActionButton>
  );
}

export function DeleteButton({ turn }: { turn: string }) {
  const t = useTranslations("chat");
  const { chat } = useSessions();
  return (
    <ActionButton
      label={t("deleteMessage")}
      onClick={() => {
        chat.remove(turn);
        focusMessageBox();
      }}
    >
      <Trash2 aria-hidden />
    </ActionButton>
  );
}
