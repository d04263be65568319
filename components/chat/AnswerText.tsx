"use client";

import { ClipCard } from "../clips/ClipCard.tsx";
import { Markdown } from "../markdown/Markdown.tsx";
import { ResultCard } from "../results/ResultCard.tsx";
import { useAnswerLinks, useAnswerResults } from "../results/useAnswerResults.ts";
import { isRunning, type AssistantTurn } from "./turns.ts";

/** The words of an answer: what they name on a picture, a clip or a page lights up with it. */
export function AnswerText({ turn }: { turn: AssistantTurn }) {
  const found = useAnswerResults(turn.id);
  const links = useAnswerLinks(turn.id, found);
  return (
    <>
      <Markdown text={turn.text} partial={isRunning(turn)} links={links} />
      <ResultCard answer={turn.id} found={found} />
      <ClipCard answer={turn.id} found={found} />
    </>
  );
}
