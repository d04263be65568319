"use client";

import { AgentAnswer } from "../agents/AgentAnswer.tsx";
import { ZoomRequest } from "../agents/ZoomRequest.tsx";
import { ClipCard } from "../clips/ClipCard.tsx";
import { Markdown } from "../markdown/Markdown.tsx";
import { PlainWhenFailed } from "../markdown/PlainWhenFailed.tsx";
import { ResultCard } from "../results/ResultCard.tsx";
import { useAnswerLinks, useTurnResults } from "../results/useAnswerResults.ts";
import { answerParts } from "../thinking/answerParts.ts";
import { ThinkingFold } from "../thinking/ThinkingFold.tsx";
import { useReadOnly } from "./Sessions.tsx";
import { isRunning, type AssistantTurn } from "./turns.ts";

export interface AnswerTextProps {
  turn: AssistantTurn;
  /** Whether the reader waited for it: then the viewer opens by itself with the first that it finds. */
  awaited: boolean;
}

/** What was thought, folded, and the words of an answer: what they name on a picture, a clip or a page lights up with it. */
export function AnswerText({ turn, awaited }: AnswerTextProps) {
  return (
    <PlainWhenFailed text={turn.text}>
      <Rendered turn={turn} awaited={awaited} />
    </PlainWhenFailed>
  );
}

function Rendered({ turn, awaited }: AnswerTextProps) {
  const readOnly = useReadOnly();
  const found = useTurnResults(turn);
  const links = useAnswerLinks(turn.id, found);
  const running = isRunning(turn);
  const { thinking, answer, open } = answerParts(turn);
  return (
    <>
      {(thinking !== "" || open) && (
        <ThinkingFold thinking={thinking} thought={turn.thought} live={open && running} cutOff={open && !running}>
          <Markdown text={thinking} partial={open && running} />
        </ThinkingFold>
      )}
      {found.results.actions.length > 0 ? <AgentAnswer text={answer} partial={running} links={links} /> : answer !== "" && <Markdown text={answer} partial={running} links={links} />}
      {!running && !readOnly && found.results.zooms.length > 0 && <ZoomRequest answer={turn.id} />}
      <ResultCard answer={turn.id} found={found} awaited={awaited} />
      <ClipCard answer={turn.id} found={found} awaited={awaited} />
    </>
  );
}
