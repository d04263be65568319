import { Store } from "../ui/store.ts";
import type { UploadedMedia } from "../../server/protocol.ts";

/** What the viewer shows: a picture or clip of a question, with the results of one answer about it where there is one, or a part of an answer. */
export type Focus =
  | { kind: "medium"; media: readonly UploadedMedia[]; index: number; answer: string | undefined }
  | { kind: "document"; media: readonly UploadedMedia[]; answer: string }
  | { kind: "preview"; media: readonly UploadedMedia[]; answer: string; preview: string };

/** The mark, event, part or action that the reader points at, in an answer (turn id). */
export interface Pointed {
  answer: string;
  id: string;
}

export interface FocusState {
  focus: Focus | undefined;
  pointed: Pointed | undefined;
  /** A time (s) of the clip in focus that was asked for, or what lies between it and `until`; `asked` counts, so that the same time can be asked for again. */
  seek: { seconds: number; until: number | undefined; asked: number } | undefined;
}

export type FocusAction = { type: "show"; focus: Focus } | { type: "close" } | { type: "point"; pointed: Pointed | undefined } | { type: "seek"; seconds: number; until?: number | undefined };

export const noFocus: FocusState = { focus: undefined, pointed: undefined, seek: undefined };

function reduceFocus(state: FocusState, action: FocusAction): FocusState {
  switch (action.type) {
    case "show":
      return { focus: action.focus, pointed: state.pointed, seek: undefined };
    case "close":
      return noFocus;
    case "point":
      return samePointed(state.pointed, action.pointed) ? state : { ...state, pointed: action.pointed };
    case "seek":
      return { ...state, seek: { seconds: action.seconds, until: action.until, asked: (state.seek?.asked ?? 0) + 1 } };
  }
}

function samePointed(a: Pointed | undefined, b: Pointed | undefined): boolean {
  return a?.answer === b?.answer && a?.id === b?.id;
}

/** As long as the way from one thing to the next may take (ms), so that nothing flickers in between. */
const leaving = 80;

class FocusStore extends Store<FocusState, FocusAction> {
  #left: ReturnType<typeof setTimeout> | undefined;

  /** What was pointed at stays lit for a moment: most often the next thing is pointed at then. */
  override dispatch(action: FocusAction): void {
    if (action.type !== "seek") clearTimeout(this.#left);
    if (action.type === "point" && action.pointed === undefined) this.#left = setTimeout(() => super.dispatch(action), leaving);
    else super.dispatch(action);
  }
}

export function createFocusStore(): Store<FocusState, FocusAction> {
  return new FocusStore(noFocus, reduceFocus);
}
