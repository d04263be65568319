"use client";

import { createContext, useContext } from "react";
import type { UploadedMedia } from "../../server/protocol.ts";
import type { TimedClips } from "../clips/rehypeTimes.ts";
import { wordsOfParts } from "../documents/pageParts.ts";
import type { Preview, Results } from "../results/types.ts";
import type { NamedRange, PlacedRange } from "./place.ts";

/** What connects the words of an answer with what is shown of it elsewhere. It should stay the same object while nothing in it changes. */
export interface AnswerLinks {
  /** The id of the turn. */
  answer: string;
  /** The pictures and clips of the question. */
  media: readonly UploadedMedia[];
  /** Clips of the questions before, which answers may number too. */
  clipsBefore?: number;
  results: Results;
  /** The parts that light up and can be pointed at: `marksOf(results)`. */
  marks: readonly NamedRange[];
  previews: readonly Preview[];
  /** A mark was clicked. */
  onOpen?: ((id: string) => void) | undefined;
}

/** Everything in an answer's results that its words can point at. */
export function marksOf({ marks, events, actions, zooms, document }: Results): NamedRange[] {
  const parts = document ? wordsOfParts(document) : [];
  return [...marks, ...events, ...actions, ...zooms, ...parts].map(({ id, range }) => ({ id, range }));
}

export const LinksContext = createContext<AnswerLinks | undefined>(undefined);
export const useAnswerLinks = (): AnswerLinks | undefined => useContext(LinksContext);

/** What the parts of one block need to know of it. */
export interface BlockContextValue {
  /** Whether it is still being written. */
  partial: boolean;
  /** Whether long code is folded. */
  folds: boolean;
  /** Its Markdown, and where in it the marks are and what can be shown by itself. */
  text: string;
  marks: readonly PlacedRange[];
  previews: readonly PlacedRange[];
  /** The clips whose times the words may name. */
  clips: TimedClips | undefined;
}
export const BlockContext = createContext<BlockContextValue>({ partial: false, folds: true, text: "", marks: [], previews: [], clips: undefined });
export const useBlock = (): BlockContextValue => useContext(BlockContext);
