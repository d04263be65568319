"use client";

import clsx from "clsx";
import { memo, useEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { ZoomStep } from "../agents/ZoomStep.tsx";
import { AssistantMessage } from "./AssistantMessage.tsx";
import { LongText } from "../ui/LongText.tsx";
import { MountQueue } from "./MountQueue.ts";
import { useChat } from "./Sessions.tsx";
import type { Turn } from "./turns.ts";
import { UserMessage } from "./UserMessage.tsx";

/** So many of the newest turns are always laid out. */
const newest = 6;
/** As many of them as have so many characters together, and the last two, have their full form at once. */
const atOnceCharacters = 6000;

/** One turn below the other. Of a long conversation the older ones are plain words until there is time for more. */
export function TurnList({ turns }: { turns: readonly Turn[] }) {
  const [queue] = useState(() => new MountQueue());
  const t = useTranslations("chat");
  const [you, assistant] = [t("you"), t("assistant")];
  const revealed = useChat((state) => state.revealed?.turn);
  const first = firstAtOnce(turns);
  return turns.map((turn, index) => {
    const old = index < turns.length - newest;
    const label = turn.role === "user" ? you : assistant;
    return <Place key={turn.parent} turn={turn} label={label} answer={turns[index + 1]?.id} last={index === turns.length - 1} old={old} atOnce={index >= first || turn.id === revealed} queue={queue} />;
  });
}

function firstAtOnce(turns: readonly Turn[]): number {
  let first = turns.length;
  let characters = 0;
  while (first > Math.max(turns.length - newest, 0)) {
    characters += turns[first - 1]?.text.length ?? 0;
    if (first <= turns.length - 2 && characters > atOnceCharacters) break;
    first -= 1;
  }
  return first;
}

interface PlaceProps {
  turn: Turn;
  /** Whose it is. */
  label: string;
  /** The turn that follows it. */
  answer: string | undefined;
  last: boolean;
  old: boolean;
  /** It does not wait for its full form. */
  atOnce: boolean;
  queue: MountQueue;
}

/** Where a turn stands. An old one is laid out only near the window; its room is large enough for what stands over its edges. */
const Place = memo(function Place({ turn, label, answer, last, old, atOnce, queue }: PlaceProps) {
  const ref = useRef<HTMLDivElement>(null);
  const [full, setFull] = useState(atOnce);
  if (atOnce && !full) setFull(true);
  useEffect(() => {
    if (!full && ref.current) return queue.add(ref.current, () => setFull(true));
  }, [full, queue]);
  const offstage = "pointer-events-none -mx-4 -my-5 px-4 py-5 [content-visibility:auto] *:pointer-events-auto";
  return (
    <div ref={ref} className={clsx("min-w-0", old && [offstage, turn.role === "user" ? "[contain-intrinsic-height:auto_6rem]" : "[contain-intrinsic-height:auto_24rem]"])}>
      {!full ? <Words turn={turn} label={label} /> : turn.role === "assistant" ? <AssistantMessage turn={turn} last={last} /> : turn.tool ? <ZoomStep turn={turn} tool={turn.tool} /> : <UserMessage turn={turn} answer={answer} />}
    </div>
  );
});

/** A turn that waits for its full form: it can be found in the page and scrolled to. */
function Words({ turn, label }: Pick<PlaceProps, "turn" | "label">) {
  const isUser = turn.role === "user";
  return (
    <article id={`turn-${turn.id}`} aria-label={label} className={clsx("min-h-24 scroll-my-8 whitespace-pre-wrap wrap-anywhere", isUser && "pl-8 text-right sm:pl-16")}>
      <LongText>{turn.text}</LongText>
    </article>
  );
}
