"use client";

import type { KeyboardEvent, ReactNode, SyntheticEvent } from "react";
import { useFocus, useSetFocus } from "../viewer/FocusProvider.tsx";
import { useAnswerLinks, type AnswerLinks } from "./answerLinks.ts";

/** Words that stand for something on a picture, a clip or a page: they light up with it, and it with them. */
export function MarkSpan({ id, children }: { id: string; children?: ReactNode }) {
  const links = useAnswerLinks();
  if (links === undefined) return <>{children}</>;
  return (
    <LinkedSpan id={id} links={links}>
      {children}
    </LinkedSpan>
  );
}

/** The same for what is no line of words, such as a table that is drawn anew. */
export function MarkArea({ id, children }: { id: string | undefined; children: ReactNode }) {
  const links = useAnswerLinks();
  if (links === undefined || id === undefined) return <>{children}</>;
  return (
    <LinkedArea id={id} links={links}>
      {children}
    </LinkedArea>
  );
}

interface LinkedProps {
  id: string;
  links: AnswerLinks;
  children: ReactNode;
}

function LinkedArea({ id, links, children }: LinkedProps) {
  const { lit, point, leave } = usePointing(id, links);
  return (
    <div data-mark={id} data-lit={lit || undefined} onPointerOver={point} onPointerOut={leave} className="rounded-lg data-lit:bg-accent-soft data-lit:outline-4 data-lit:outline-accent-soft">
      {children}
    </div>
  );
}

function usePointing(id: string, { answer }: AnswerLinks) {
  const lit = useFocus(({ pointed }) => pointed?.answer === answer && pointed.id === id);
  const setFocus = useSetFocus();
  const point = (event: SyntheticEvent): void => {
    event.stopPropagation(); // parts lie within parts
    setFocus({ type: "point", pointed: { answer, id } });
  };
  const leave = (event: SyntheticEvent): void => {
    event.stopPropagation();
    setFocus({ type: "point", pointed: undefined });
  };
  return { lit, point, leave };
}

function LinkedSpan({ id, links, children }: LinkedProps) {
  const { marks, onOpen } = links;
  const { lit, point, leave } = usePointing(id, links);
  const open = (event: SyntheticEvent): void => {
    event.stopPropagation();
    onOpen?.(id);
  };
  const keyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.target !== event.currentTarget) return;
    if (event.key === "Enter") open(event);
    else if (event.key === "ArrowDown" || event.key === "ArrowRight") step(event, 1);
    else if (event.key === "ArrowUp" || event.key === "ArrowLeft") step(event, -1);
  };
  return (
    <mark
      data-mark={id}
      data-lit={lit || undefined}
      // One stop for all: the arrow keys go on from there.
      tabIndex={marks[0]?.id === id ? 0 : -1}
      onPointerOver={point}
      onPointerOut={leave}
      onFocus={point}
      onBlur={leave}
      onClick={open}
      onKeyDown={keyDown}
    >
      {children}
    </mark>
  );
}

/** Goes on to the next mark, or the one before, of the same answer. */
function step(event: KeyboardEvent<HTMLElement>, by: 1 | -1): void {
  const spans = [...(event.currentTarget.closest("[data-marked]")?.querySelectorAll<HTMLElement>("mark[data-mark]") ?? [])];
  const next = spans[spans.indexOf(event.currentTarget) + by];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
