"use client";

import clsx from "clsx";
import { Maximize2, Minimize2, Pause, Play, Repeat, StepBack, StepForward } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { IconButton } from "../ui/IconButton.tsx";
import { rates, type Playback } from "./playback.ts";
import { clockTime } from "./timeline.ts";
import { usePlayback } from "./usePlayback.ts";

export interface ControlsProps {
  playback: Playback;
  /** What fills the screen. */
  stage: React.RefObject<HTMLElement | null>;
}

/** Play, step, speed, loop, fullscreen, and where the clip is. */
export function Controls({ playback, stage }: ControlsProps) {
  const t = useTranslations("clips");
  const playing = usePlayback(playback, (state) => state.playing);
  const loop = usePlayback(playback, (state) => state.loop);
  return (
    <div className="flex flex-wrap items-center">
      <IconButton label={t("stepBack")} onClick={() => playback.step(-1)}>
        <StepBack aria-hidden />
      </IconButton>
      <IconButton label={t(playing ? "pause" : "play")} onClick={() => playback.toggle()} className="text-ink">
        {playing ? <Pause aria-hidden /> : <Play aria-hidden />}
      </IconButton>
      <IconButton label={t("stepOn")} onClick={() => playback.step(1)}>
        <StepForward aria-hidden />
      </IconButton>
      <Position playback={playback} />
      <span className="grow" />
      <IconButton label={t("loop")} aria-pressed={loop} onClick={() => playback.setLoop(!loop)} className={clsx(loop && "bg-accent-soft text-accent")}>
        <Repeat aria-hidden />
      </IconButton>
      <Speed playback={playback} />
      <Fullscreen stage={stage} />
    </div>
  );
}

function Position({ playback }: { playback: Playback }) {
  const time = usePlayback(playback, (state) => clockTime(Math.floor(state.time * 10 + 1e-6) / 10, 1));
  return (
    <span className="px-1.5 text-sm whitespace-nowrap text-muted tabular-nums max-sm:px-0.5 max-sm:text-xs">
      <span className="text-ink">{time}</span> / {clockTime(playback.duration, 1)}
    </span>
  );
}

function Speed({ playback }: { playback: Playback }) {
  const t = useTranslations("clips");
  const rate = usePlayback(playback, (state) => state.rate);
  return (
    <select
      aria-label={t("speed")}
      title={t("speed")}
      value={rate}
      onChange={(event) => playback.setRate(Number(event.target.value))}
      className="h-11 rounded-full bg-transparent px-2 text-sm text-muted tabular-nums hover:bg-sunken hover:text-ink max-sm:w-11 max-sm:appearance-none max-sm:px-0 max-sm:text-center md:h-9"
    >
      {rates.map((value) => (
        <option key={value} value={value} className="bg-surface text-ink">
          {t("rate", { rate: String(value) })}
        </option>
      ))}
    </select>
  );
}

/** Not offered where the browser has none for elements, as on an iPhone. */
function Fullscreen({ stage }: { stage: React.RefObject<HTMLElement | null> }) {
  const t = useTranslations("clips");
  const [full, setFull] = useState(false);
  useEffect(() => {
    const onChange = () => setFull(document.fullscreenElement !== null && document.fullscreenElement === stage.current);
    document.addEventListener("fullscreenchange", onChange);
    return () => document.removeEventListener("fullscreenchange", onChange);
  }, [stage]);
  // The viewer is only ever made in a browser.
  if (!document.fullscreenEnabled) return null;
  // Refused where it was not the reader who asked: then it stays as it is.
  const toggle = () => void (full ? document.exitFullscreen() : stage.current?.requestFullscreen())?.catch(() => undefined);
  return (
    <IconButton label={t(full ? "leaveFullscreen" : "fullscreen")} onClick={toggle}>
      {full ? <Minimize2 aria-hidden /> : <Maximize2 aria-hidden />}
    </IconButton>
  );
}
