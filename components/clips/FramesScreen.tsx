"use client";

import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { frameAt, type Playback, type Screen } from "./playback.ts";
import { clockTime } from "./timeline.ts";
import { usePlayback } from "./usePlayback.ts";

/** One picture of a clip, from `time` (s) on. */
export interface ShownFrame {
  time: number;
  src: string;
}

export interface FramesScreenProps {
  label: string;
  /** Ascending in time. */
  frames: readonly ShownFrame[];
  playback: Playback;
}

/** How many frames are fetched ahead of the one that is shown. */
const ahead = 4;

/** Frames one after the other at their times: for clips that are made of pictures, and those that the browser can't play. */
export function FramesScreen({ label, frames, playback }: FramesScreenProps) {
  const t = useTranslations("clips");
  const index = usePlayback(playback, ({ time }) => frameIndex(frames, time));
  const [missing, setMissing] = useState<string>();
  useEffect(() => {
    const clock = new FrameClock(playback);
    const detach = playback.attach(clock);
    return () => {
      clock.pause();
      detach();
    };
  }, [playback]);
  useEffect(() => {
    for (const { src } of frames.slice(index + 1, index + 1 + ahead)) new Image().src = src;
  }, [frames, index]);
  const frame = frames[index];
  if (!frame) return null;
  return (
    <div role="img" aria-label={label} onClick={() => playback.toggle()} className="grid size-full place-items-center bg-black">
      {missing === frame.src ? (
        <p className="p-4 text-center text-sm text-white">{t("noFrame", { time: clockTime(frame.time) })}</p>
      ) : (
        <img src={frame.src} alt="" onError={() => setMissing(frame.src)} className="size-full object-contain" />
      )}
    </div>
  );
}

function frameIndex(frames: readonly ShownFrame[], time: number): number {
  return frameAt(frames.map((frame) => frame.time), time);
}

/** Time that passes while it plays, as the browser's frames come. */
class FrameClock implements Screen {
  readonly #playback: Playback;
  #rate = 1;
  #frame = 0;

  constructor(playback: Playback) {
    this.#playback = playback;
  }

  play(): void {
    cancelAnimationFrame(this.#frame);
    this.#playback.report({ playing: true });
    this.#run(performance.now());
  }

  pause(): void {
    cancelAnimationFrame(this.#frame);
    this.#playback.report({ playing: false });
  }

  /** The time is the playback's own: there is nothing to wait for. */
  seek(): void {
    return;
  }

  setRate(rate: number): void {
    this.#rate = rate;
  }

  #run(since: number): void {
    this.#frame = requestAnimationFrame((now) => {
      const playback = this.#playback;
      const { duration } = playback;
      const time = Math.min(playback.get().time + (Math.max(now - since, 0) / 1000) * this.#rate, duration);
      this.#run(now);
      playback.report({ time });
      if (time >= duration && playback.get().playing) {
        this.pause();
        playback.ended();
      }
    });
  }
}
