"use client";

import { useEffect, useRef, useState } from "react";
import { endOfSentences, spoken } from "./sentences.ts";
import { isRunning, type AssistantTurn } from "./turns.ts";

/** A hidden live region that reads the last answer aloud by sentences, as they are completed. */
export function Announcer({ answer }: { answer: AssistantTurn | undefined }) {
  const progress = useRef({ run: "", end: 0 });
  const [words, setWords] = useState("");
  const running = answer !== undefined && isRunning(answer);
  useEffect(() => {
    if (!answer) return;
    if (progress.current.run !== answer.id) {
      // What was there when the page opened was read before.
      progress.current = { run: answer.id, end: running ? 0 : answer.text.length };
    }
    const { end } = progress.current;
    const next = running ? endOfSentences(answer.text, end) : answer.text.length;
    if (next <= end) return;
    progress.current.end = next;
    const sentence = spoken(answer.text.slice(end, next));
    if (sentence !== "") setWords(sentence);
  }, [answer, running]);
  return (
    <div aria-live="polite" aria-atomic="true" className="sr-only">
      {words}
    </div>
  );
}
