"use client";

import { Info } from "lucide-react";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useTranslations } from "use-intl";
import type { UploadedMedia } from "../../server/protocol.ts";
import { useAnswerResults } from "../results/useAnswerResults.ts";
import { costOfMedium } from "../settings/cost.ts";
import { useMediaRules, useSettings } from "../settings/useSettings.ts";
import { useFocus } from "../viewer/FocusProvider.tsx";
import { ClipFacts } from "./ClipFacts.tsx";
import { frameSrc, shownFrames } from "./clipFrames.ts";
import { colorsOf } from "./colors.ts";
import { Controls } from "./Controls.tsx";
import { EventTable } from "./EventTable.tsx";
import { ExportButtons } from "./ExportButtons.tsx";
import { FramesScreen } from "./FramesScreen.tsx";
import { KeyFrames } from "./KeyFrames.tsx";
import { MovingMarks } from "./MarkOverlay.tsx";
import { MarkRows } from "./MarkRows.tsx";
import { Playback, type FrameGrid } from "./playback.ts";
import { Timeline } from "./Timeline.tsx";
import { eventsOf, keyTimes, samplingDistance, timedMarks, toTracks } from "./tracks.ts";
import { VideoScreen } from "./VideoScreen.tsx";
import { ZoomableScreen } from "./ZoomableScreen.tsx";

export interface ClipViewerProps {
  medium: UploadedMedia;
  /** Which of the question's media it is. */
  index: number;
  /** The answer whose results are shown on it. */
  answer: string | undefined;
}

/** A clip with its timeline, and what an answer found in it: events, and marks that move. */
export default function ClipViewer(props: ClipViewerProps) {
  // Another clip begins anew.
  return <Viewer key={props.medium.id} {...props} />;
}

function Viewer({ medium, index, answer }: ClipViewerProps) {
  const t = useTranslations("clips");
  const { results } = useAnswerResults(answer);
  const { info } = medium;
  const duration = info.kind === "video" ? info.duration : 0;
  const { sampledTimes, tokens } = useLooked(medium);
  const [playable, setPlayable] = useState(!medium.frames);
  const frames = useMemo(() => (playable ? [] : shownFrames(medium)), [playable, medium]);
  const [playback] = useState(() => new Playback(duration, gridOf(medium)));
  useAsked(playback);

  const events = useMemo(() => eventsOf(results.events, index), [results.events, index]);
  const marks = useMemo(() => timedMarks(results.marks, index), [results.marks, index]);
  const { tracks, times, moments, colors } = useMemo(() => arrange(marks), [marks]);
  const sampling = samplingDistance(times, samplingDistance(sampledTimes, 1));
  const stage = useRef<HTMLDivElement>(null);
  const aspect = Math.max(info.width, 1) / Math.max(info.height, 1);
  return (
    <div onKeyDown={(event) => onKeyDown(event, playback)} className="h-full overflow-y-auto p-3">
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
        {/* In full screen the clip takes what the rest leaves. */}
        <div ref={stage} className="group grid grid-cols-[minmax(0,1fr)] content-center gap-2 bg-surface [--clip-height:min(52dvh,36rem)] fullscreen:h-dvh fullscreen:p-3 fullscreen:[--clip-height:calc(100dvh-16rem)]">
          <div
            className="relative mx-auto overflow-hidden rounded-xl bg-black"
            style={{ aspectRatio: aspect, width: `min(100%, calc(var(--clip-height) * ${aspect}))` }}
          >
            <ZoomableScreen>
              {playable ? (
                <VideoScreen medium={medium} playback={playback} onUnplayable={() => setPlayable(false)} />
              ) : (
                <FramesScreen label={t("player", { name: medium.name })} frames={frames} playback={playback} />
              )}
              {marks.length > 0 && <MovingMarks playback={playback} tracks={tracks} sampling={sampling} colors={colors} answer={answer} />}
            </ZoomableScreen>
          </div>
          <Controls playback={playback} stage={stage} />
          <Timeline medium={medium} playback={playback} sampledTimes={sampledTimes} keyTimes={times} events={events} answer={answer} />
        </div>
        {!playable && !medium.frames && info.kind === "video" && <Note text={t("unplayable", { format: info.format })} />}
        <ClipFacts medium={medium} frames={sampledTimes.length} tokens={tokens} />
        {moments.length > 0 && (
          <KeyFrames playback={playback} moments={moments} sampling={sampling} colors={colors} frameSrc={(seconds) => frameSrc(medium, seconds)} aspect={aspect} answer={answer} />
        )}
        {events.length > 0 && <EventTable playback={playback} events={events} answer={answer} />}
        {marks.length > 0 && <MarkRows playback={playback} marks={marks} colors={colors} answer={answer} />}
        {events.length + marks.length > 0 && <ExportButtons name={medium.name} findings={{ events, marks }} />}
      </div>
    </div>
  );
}

/** What of the clip is looked at under the settings of the conversation; as the upload was told where they can't be met. */
function useLooked(medium: UploadedMedia): { sampledTimes: readonly number[]; tokens: number } {
  const { settings } = useSettings();
  const rules = useMediaRules();
  return useMemo(() => {
    const cost = costOfMedium(medium, settings, rules);
    const { info } = medium;
    if (!("error" in cost)) return { sampledTimes: cost.times, tokens: cost.tokens };
    return { sampledTimes: info.kind === "video" ? info.sampledTimes : [], tokens: info.tokens };
  }, [medium, settings, rules]);
}

function arrange(marks: ReturnType<typeof timedMarks>) {
  const times = keyTimes(marks);
  const byTime = Map.groupBy(marks, ({ time }) => time);
  return { tracks: toTracks(marks), times, moments: times.map((time) => byTime.get(time) ?? []), colors: colorsOf(marks.map(({ label }) => label)) };
}

function gridOf({ info, frames }: UploadedMedia): FrameGrid {
  if (frames) return frames.media.map((_, index) => index / frames.fps);
  return info.kind === "video" ? info.fps : 1;
}

/** Goes to the time that was clicked elsewhere. */
function useAsked(playback: Playback): void {
  const seek = useFocus((state) => state.seek);
  useEffect(() => {
    if (!seek) return;
    const { seconds, until } = seek;
    if (until === undefined) {
      playback.pause();
      playback.seek(seconds);
    } else playback.playStretch({ start: seconds, end: until });
  }, [playback, seek]);
}

function onKeyDown(event: KeyboardEvent<HTMLElement>, playback: Playback): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const element = event.target instanceof Element ? event.target : undefined;
  if (element?.matches("select, input, textarea")) return;
  switch (event.key) {
    case ",":
      playback.step(-1);
      break;
    case ".":
      playback.step(1);
      break;
    case " ":
      // A button's own key.
      if (element?.matches("button")) return;
      playback.toggle();
      break;
    default:
      return;
  }
  event.preventDefault();
}

function Note({ text }: { text: string }) {
  return (
    <p role="note" className="flex items-start gap-2 rounded-xl bg-sunken px-3 py-2 text-sm text-muted">
      <Info aria-hidden className="mt-0.5 size-4 shrink-0" /> {text}
    </p>
  );
}
