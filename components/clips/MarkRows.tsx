"use client";

import clsx from "clsx";
import { useTranslations } from "use-intl";
import { classColor } from "../results/palette.ts";
import type { Playback } from "./playback.ts";
import { clockTime } from "./timeline.ts";
import type { TimedMark } from "./tracks.ts";
import { usePointing } from "./usePointing.ts";

export interface MarkRowsProps {
  playback: Playback;
  marks: readonly TimedMark[];
  colors: ReadonlyMap<string, string>;
  answer: string | undefined;
}

/** Every mark with its time and place, for those who read rather than look. */
export function MarkRows({ playback, marks, colors, answer }: MarkRowsProps) {
  const t = useTranslations("clips");
  return (
    <div role="region" aria-label={t("marks")} tabIndex={0} className="max-h-80 overflow-auto rounded-xl border border-line">
      <table className="w-full text-sm">
        <thead className="sticky top-0 bg-sunken text-left text-xs text-muted">
          <tr>
            {(["time", "label", "place"] as const).map((key) => (
              <th key={key} scope="col" title={key === "place" ? t("placeHint") : undefined} className="px-3 py-1.5 font-medium">
                {t(key)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {marks.map((mark) => (
            <Row key={mark.id} mark={mark} color={colors.get(mark.label) ?? classColor(0)} playback={playback} answer={answer} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ mark, color, playback, answer }: { mark: TimedMark; color: string; playback: Playback; answer: string | undefined }) {
  const t = useTranslations("clips");
  const { pointed, handlers } = usePointing(answer, mark.id);
  const { time, label, kind, box } = mark;
  const go = () => {
    playback.pause();
    playback.seek(time);
  };
  const thousandths = [box.x1, box.y1, ...(kind === "box" ? [box.x2, box.y2] : [])].map((side) => Math.round(side * 1000));
  return (
    <tr {...handlers} onClick={go} data-lit={pointed || undefined} className={clsx("cursor-pointer border-t border-line", pointed && "bg-accent-soft")}>
      <td className="w-px px-3 py-0.5 whitespace-nowrap">
        <button type="button" aria-label={t("goTo", { time: clockTime(time) })} className="min-h-11 text-accent tabular-nums md:min-h-8">
          {clockTime(time)}
        </button>
      </td>
      <td className="px-3 wrap-anywhere">
        <span aria-hidden className="mr-2 inline-block size-2.5 rounded-full" style={{ background: color }} />
        {label === "" ? t("unnamed") : label}
      </td>
      <td className="px-3 whitespace-nowrap text-muted tabular-nums">{thousandths.join(", ")}</td>
    </tr>
  );
}
