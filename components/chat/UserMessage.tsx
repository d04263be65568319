"use client";

import clsx from "clsx";
import { Pencil } from "lucide-react";
import { memo } from "react";
import { useTranslations } from "use-intl";
import { AttachedTextCard } from "../media/AttachedTextCard.tsx";
import { MediaGallery } from "../media/MediaGallery.tsx";
import { LongText } from "../ui/LongText.tsx";
import { CopyButton } from "../ui/CopyButton.tsx";
import { ActionButton, actionSize, shownOnDemand } from "./ActionButton.tsx";
import { DeleteButton, useBusy } from "./AnswerActions.tsx";
import { BranchArrows } from "./BranchArrows.tsx";
import { useReadOnly } from "./Sessions.tsx";
import type { UserTurn } from "./turns.ts";
import { useEditing } from "./useEditing.ts";

export interface UserMessageProps {
  turn: UserTurn;
  /** The turn that answers it. */
  answer: string | undefined;
}

/** What the reader sent: pictures first, as the model gets them, then the text as it was typed. */
export const UserMessage = memo(function UserMessage({ turn, answer }: UserMessageProps) {
  const t = useTranslations("chat");
  const readOnly = useReadOnly();
  return (
    <article id={`turn-${turn.id}`} aria-label={t("you")} className="group/message grid scroll-my-8 justify-items-end gap-2 pl-8 sm:pl-16">
      {turn.media.length > 0 && <MediaGallery key={turn.id} media={turn.media} answer={answer} />}
      {turn.texts?.map((attached, index) => <AttachedTextCard key={index} attached={attached} />)}
      {turn.text !== "" && (
        <p className="max-w-full rounded-3xl rounded-br-lg bg-sunken px-4 py-2.5 whitespace-pre-wrap wrap-anywhere">
          <LongText>{turn.text}</LongText>
        </p>
      )}
      <div className="-mt-1 -mb-5 flex items-center">
        <div className={clsx("flex", shownOnDemand)}>
          {turn.text !== "" && <CopyButton label={t("copyMessage")} text={() => turn.text} className={actionSize} />}
          {!readOnly && (
            <>
              <EditButton turn={turn} />
              <DeleteButton turn={turn.id} />
            </>
          )}
        </div>
        {!readOnly && <BranchArrows turn={turn.id} />}
      </div>
    </article>
  );
});

function EditButton({ turn }: { turn: UserTurn }) {
  const t = useTranslations("chat");
  const edit = useEditing();
  const busy = useBusy();
  return (
    <ActionButton label={t("editMessage")} disabled={busy} onClick={() => edit(turn)}>
      <Pencil aria-hidden />
    </ActionButton>
  );
}
