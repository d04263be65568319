"use client";

import { Markdown } from "../markdown/Markdown.tsx";
import { useAnswerLinks, useAnswerResults } from "../results/useAnswerResults.ts";
import { isRunning, type AssistantTurn } from "./turns.ts";

/** The words of an answer: what they name on a picture, a clip or a page lights up with it. */
export function AnswerText({ turn }: { turn: AssistantTurn }) {
  const links = useAnswerLinks(turn.id, useAnswerResults(turn.id));
  return <Markdown text={turn.text} partial={isRunning(turn)} links={links} />;
}
