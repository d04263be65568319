"use client";

import { useCallback, useMemo } from "react";
import type { UploadedMedia } from "../../server/protocol.ts";
import type { ChatState } from "../chat/reducer.ts";
import { useChat } from "../chat/Sessions.tsx";
import { isRunning, type AssistantTurn } from "../chat/turns.ts";
import { marksOf, type AnswerLinks } from "../markdown/answerLinks.ts";
import { answerParts } from "../thinking/answerParts.ts";
import { useThrottled } from "../ui/useThrottled.ts";
import { useSetFocus } from "../viewer/FocusProvider.tsx";
import { parseResults } from "./parse/parse.ts";
import { noResults, type Results } from "./types.ts";

export interface AnswerResults {
  results: Results;
  /** The pictures and clips that the question is about. */
  media: readonly UploadedMedia[];
  /** Whether it is still being written. */
  partial: boolean;
  /** Clips of the questions before. */
  clipsBefore: number;
}

const noMedia: readonly UploadedMedia[] = [];

/** While it is written, a longer answer (characters) is read again so often (ms): each time all that is linked with its words is drawn anew. */
const longText = 4000;
const interval = 300;

/** What can be shown of an answer of the branch that is shown, by the id of its turn. */
export function useAnswerResults(id: string | undefined): AnswerResults {
  return useTurnResults(useChat((state) => state.turns.find((it): it is AssistantTurn => it.role === "assistant" && it.id === id)));
}

/** The same, by the turn itself. */
export function useTurnResults(turn: AssistantTurn | undefined): AnswerResults {
  const media = useQuestionMedia(turn?.id);
  const clipsBefore = useClipsBefore(media);
  const written = turn ? answerParts(turn).answer : "";
  const partial = turn !== undefined && isRunning(turn);
  const former = useThrottled(written, interval);
  // Only what goes on with what was read: an answer may have begun anew.
  const text = partial && former.length > longText && written.startsWith(former) ? former : written;
  const results = useMemo(() => (text === "" ? noResults : parseResults(text, { media: media.map(({ info }) => info), complete: !partial, clipsBefore })), [text, media, partial, clipsBefore]);
  return useMemo(() => ({ results, media, partial, clipsBefore }), [results, media, partial, clipsBefore]);
}

/** A question without media of its own is about those of the last one that had some. */
export function useQuestionMedia(id: string | undefined): readonly UploadedMedia[] {
  return useChat((state) => questionMedia(state, id));
}

/** Where a question has several clips: how many came before them. Answers number them through the conversation. */
function useClipsBefore(media: readonly UploadedMedia[]): number {
  const several = countClips(media) > 1;
  return useChat(({ turns }) => {
    if (!several) return 0;
    let clips = 0;
    for (const turn of turns) {
      if (turn.role !== "user" || turn.tool) continue;
      if (turn.media === media) break;
      clips += countClips(turn.media);
    }
    return clips;
  });
}

function countClips(media: readonly UploadedMedia[]): number {
  return media.filter(({ info }) => info.kind === "video").length;
}

export function questionMedia({ turns }: Pick<ChatState, "turns">, id: string | undefined): readonly UploadedMedia[] {
  const at = turns.findIndex((turn) => turn.id === id);
  for (let index = at - 1; index >= 0; index--) {
    const turn = turns[index];
    if (turn?.role === "user" && turn.media.length > 0) return turn.media;
  }
  return noMedia;
}

/** Shows where a part of an answer lies, by its id: on its picture, on its clip at its time, or on its page. */
export function useOpenPart(answer: string, { results, media }: Pick<AnswerResults, "results" | "media">): (id: string) => void {
  const setFocus = useSetFocus();
  return useCallback(
    (id) => {
      const mark = [...results.marks, ...results.zooms].find((it) => it.id === id);
      const event = results.events.find((it) => it.id === id);
      if (results.document?.parts.some((part) => part.id === id) === true) setFocus({ type: "show", focus: { kind: "document", media, answer } });
      else {
        const clip = media.findIndex(({ info }) => info.kind === "video");
        const picture = media.findLastIndex(({ info }) => info.kind === "image");
        const index = mark?.medium ?? (event ? (event.medium ?? clip) : picture);
        if (media[index] === undefined) return;
        setFocus({ type: "show", focus: { kind: "medium", media, index, answer } });
        const seconds = event?.start ?? (mark && "time" in mark ? mark.time : undefined);
        if (seconds !== undefined) setFocus({ type: "seek", seconds, until: event?.end });
      }
      setFocus({ type: "point", pointed: { answer, id } });
    },
    [answer, results, media, setFocus],
  );
}

/** What connects the words of an answer with what is shown of it. */
export function useAnswerLinks(answer: string, found: AnswerResults): AnswerLinks {
  const onOpen = useOpenPart(answer, found);
  const { results, media, clipsBefore } = found;
  return useMemo(() => ({ answer, media, clipsBefore, results, marks: marksOf(results), previews: results.previews, onOpen }), [answer, media, clipsBefore, results, onOpen]);
}
