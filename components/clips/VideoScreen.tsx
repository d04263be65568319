"use client";

import { useEffect, useRef } from "react";
import { useTranslations } from "use-intl";
import type { UploadedMedia } from "../../server/protocol.ts";
import { mediaUrl, posterUrl } from "../media/upload.ts";
import type { Playback } from "./playback.ts";

export interface VideoScreenProps {
  medium: UploadedMedia;
  playback: Playback;
  /** The browser can't play this container or codec, or there is no picture in what it can. */
  onUnplayable: () => void;
}

/** The browser's own player, without its buttons. */
export function VideoScreen({ medium, playback, onUnplayable }: VideoScreenProps) {
  const t = useTranslations("clips");
  const ref = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = ref.current;
    if (!video) return;
    const detach = playback.attach({
      // Refused where a newer command came in between, or by the browser before the reader did anything: it stands still then.
      play: () => void video.play().catch(() => undefined),
      pause: () => video.pause(),
      seek: (seconds) => (video.currentTime = seconds),
      setRate: (rate) => (video.playbackRate = rate),
    });
    const stop = followTime(video, playback);
    return () => {
      stop();
      detach();
    };
  }, [playback]);
  // A clip may have failed before the element was shown, and its events with it.
  useEffect(() => {
    const video = ref.current;
    if (video && (video.error || (video.readyState >= HTMLMediaElement.HAVE_METADATA && video.videoWidth === 0))) onUnplayable();
  }, [onUnplayable]);
  return (
    <video
      ref={ref}
      playsInline
      preload="auto"
      aria-label={t("player", { name: medium.name })}
      src={mediaUrl(medium.id)}
      poster={posterUrl(medium.id)}
      onPlay={() => playback.report({ playing: true })}
      onPause={() => playback.report({ playing: false })}
      onEnded={() => playback.ended()}
      onLoadedMetadata={(event) => event.currentTarget.videoWidth === 0 && onUnplayable()}
      onError={onUnplayable}
      onClick={() => playback.toggle()}
      className="size-full bg-black object-contain"
    />
  );
}

/** Tells of every frame while the clip runs, and of every jump; `timeupdate` alone comes four times a second. */
function followTime(video: HTMLVideoElement, playback: Playback): () => void {
  let frame = 0;
  const tell = () => {
    if (!video.seeking) playback.report({ time: video.currentTime });
  };
  const run = () => {
    tell();
    frame = requestAnimationFrame(run);
  };
  const start = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(run);
  };
  const stop = () => {
    cancelAnimationFrame(frame);
    tell();
  };
  video.addEventListener("playing", start);
  video.addEventListener("pause", stop);
  video.addEventListener("timeupdate", tell);
  return () => {
    cancelAnimationFrame(frame);
    video.removeEventListener("playing", start);
    video.removeEventListener("pause", stop);
    video.removeEventListener("timeupdate", tell);
  };
}
