"use client";

import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { useAnswerLinks, type AnswerLinks } from "../markdown/answerLinks.ts";
import { useSetFocus } from "../viewer/FocusProvider.tsx";
import { clockTime } from "./timeline.ts";

export interface TimeLinkProps {
  /** Which of the media of the question; its first clip where it is not given. */
  clip?: number | undefined;
  seconds: number;
  /** Where a stretch ends. */
  until: number | undefined;
  children?: ReactNode;
}

/** A time that an answer speaks of; chosen, the clip of the question is shown there. */
export function TimeLink({ clip, seconds, until, children }: TimeLinkProps) {
  const links = useAnswerLinks();
  const media = links?.media ?? [];
  const index = clip ?? clipIndex(media);
  if (!links || index < 0) return <>{children}</>;
  return (
    <Link links={links} index={index} seconds={seconds} until={until}>
      {children}
    </Link>
  );
}

/** The first clip of a question; -1 without one. */
function clipIndex(media: AnswerLinks["media"]): number {
  return media.findIndex(({ info }) => info.kind === "video");
}

function Link({ links: { answer, media }, index, seconds, until, children }: TimeLinkProps & { links: AnswerLinks; index: number }) {
  const t = useTranslations("clips");
  const open = useOpenClip();
  return (
    <button
      type="button"
      title={until === undefined ? t("goTo", { time: clockTime(seconds) }) : t("goToStretch", { start: clockTime(seconds), end: clockTime(until) })}
      onClick={(event) => {
        // The words around may lead elsewhere.
        event.stopPropagation();
        open({ answer, media, index, seconds, until });
      }}
      className="cursor-pointer rounded-xs text-accent tabular-nums underline decoration-dotted decoration-1 underline-offset-3 hover:decoration-solid"
    >
      {children}
    </button>
  );
}

/** Shows a clip in the viewer, at a time. */
function useOpenClip(): (place: { answer: string; media: AnswerLinks["media"]; index: number; seconds: number; until: number | undefined }) => void {
  const set = useSetFocus();
  return ({ answer, media, index, seconds, until }) => {
    set({ type: "show", focus: { kind: "medium", media, index, answer } });
    set({ type: "seek", seconds, until });
  };
}
