"use client";

import { memo } from "react";
import { useTranslations } from "use-intl";
import { MediaGallery } from "../media/MediaGallery.tsx";
import type { UserTurn } from "./turns.ts";

/** What the reader sent: pictures first, as the model gets them, then the text as it was typed. */
export const UserMessage = memo(function UserMessage({ turn }: { turn: UserTurn }) {
  const t = useTranslations("chat");
  return (
    <article aria-label={t("you")} className="grid justify-items-end gap-2 pl-8 sm:pl-16">
      {turn.media.length > 0 && <MediaGallery media={turn.media} />}
      {turn.text !== "" && <p className="max-w-full rounded-3xl rounded-br-lg bg-sunken px-4 py-2.5 whitespace-pre-wrap wrap-anywhere">{turn.text}</p>}
    </article>
  );
});
