"use client";

import clsx from "clsx";
import { Play } from "lucide-react";
import { useTranslations } from "use-intl";
import type { ClipEvent } from "../results/types.ts";
import { IconButton } from "../ui/IconButton.tsx";
import type { Playback } from "./playback.ts";
import { clockTime, eventsAt } from "./timeline.ts";
import { usePlayback } from "./usePlayback.ts";
import { usePointing } from "./usePointing.ts";

export interface EventTableProps {
  playback: Playback;
  events: readonly ClipEvent[];
  answer: string | undefined;
}

/** Every event with its times; chosen, it is played. */
export function EventTable({ playback, events, answer }: EventTableProps) {
  const t = useTranslations("clips");
  const now = usePlayback(playback, ({ time }) => eventsAt(events, time).join());
  const current = new Set(now === "" ? [] : now.split(",").map(Number));
  return (
    <div role="region" aria-label={t("events")} tabIndex={0} className="overflow-x-auto rounded-xl border border-line">
      <table className="w-full text-sm">
        <thead className="bg-sunken text-left text-xs text-muted">
          <tr>
            <th scope="col" className="w-px px-2 py-1.5">
              <span className="sr-only">{t("play")}</span>
            </th>
            {(["start", "end", "length"] as const).map((key) => (
              <th key={key} scope="col" className="w-px px-2 py-1.5 font-medium whitespace-nowrap">
                {t(key)}
              </th>
            ))}
            <th scope="col" className="px-2 py-1.5 font-medium">
              {t("event")}
            </th>
          </tr>
        </thead>
        <tbody>
          {events.map((event, index) => (
            <Row key={event.id} event={event} current={current.has(index)} answer={answer} onPlay={() => playback.playStretch(event)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ event, current, answer, onPlay }: { event: ClipEvent; current: boolean; answer: string | undefined; onPlay: () => void }) {
  const t = useTranslations("clips");
  const { pointed, handlers } = usePointing(answer, event.id);
  const { start, end } = event;
  const text = event.text === "" ? t("unnamed") : event.text;
  return (
    <tr
      {...handlers}
      // The button does the same by keyboard.
      onClick={onPlay}
      data-lit={pointed || undefined}
      aria-current={current || undefined}
      className={clsx("cursor-pointer border-t border-line align-top", pointed ? "bg-accent-soft" : current && "bg-sunken")}
    >
      <td className={clsx("border-l-2 py-0.5 pl-1", current ? "border-accent" : "border-transparent")}>
        <IconButton
          label={t("playEvent", { start: clockTime(start), end: clockTime(end), event: text })}
          onClick={(click) => {
            click.stopPropagation();
            onPlay();
          }}
          className="md:size-8 [&_svg]:size-4"
        >
          <Play aria-hidden />
        </IconButton>
      </td>
      {[start, end, end - start].map((seconds, index) => (
        <td key={index} className="px-2 py-3 whitespace-nowrap text-muted tabular-nums md:py-1.5">
          {clockTime(seconds)}
        </td>
      ))}
      <td className="px-2 py-3 wrap-anywhere md:py-1.5">{text}</td>
    </tr>
  );
}
