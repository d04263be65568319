"use client";

import { Film, ImageIcon, ImageOff, RotateCw, X } from "lucide-react";
import { useCallback, useMemo, useState, type ReactNode } from "react";
import { useLocale, useTranslations } from "use-intl";
import type { MediaInfo } from "../../inference/events.ts";
import { useErrorText } from "../i18n/LanguageProvider.tsx";
import { formatCount, formatPercent, formatSeconds } from "../i18n/format.ts";
import { FrameStrip } from "../media/FrameStrip.tsx";
import { SoundNote } from "../media/MediaGallery.tsx";
import { mediaUrl, posterUrl } from "../media/upload.ts";
import { ProgressBar } from "../ui/ProgressBar.tsx";
import type { Attachment } from "./draft.ts";

export interface AttachmentCardProps {
  attachment: Attachment;
  onRemove: () => void;
  onRetry: () => void;
}

/** One attachment of the draft: what it is, how far its upload is, what it will cost. */
export function AttachmentCard({ attachment, onRemove, onRetry }: AttachmentCardProps) {
  const t = useTranslations("media");
  const { name, state } = attachment;
  return (
    <li className="relative flex w-full animate-appear gap-3 rounded-xl border border-line bg-canvas p-2 pr-9 sm:w-80">
      <Thumbnail attachment={attachment} />
      <div className="min-w-0 grow self-center text-xs text-muted">
        <p className="truncate text-[0.8125rem] font-medium text-ink" title={name}>
          {name}
        </p>
        {state === "uploading" && <Uploading name={name} progress={attachment.progress} />}
        {state === "failed" && <FailedUpload attachment={attachment} onRetry={onRetry} />}
        {state === "ready" && <Facts info={attachment.media.info} />}
      </div>
      <button
        type="button"
        aria-label={t(state === "uploading" ? "cancel" : "remove", { name })}
        title={t(state === "uploading" ? "cancel" : "remove", { name })}
        onClick={onRemove}
        className="absolute top-0 right-0 grid size-11 place-items-center rounded-full text-muted hover:text-ink md:size-8"
      >
        <X aria-hidden className="size-4" />
      </button>
    </li>
  );
}

function Thumbnail({ attachment }: { attachment: Attachment }) {
  const t = useTranslations("media");
  const [broken, setBroken] = useState(false);
  const breakDown = useCallback(() => setBroken(true), []);
  const source = attachment.state === "ready" ? (attachment.media.info.kind === "video" ? posterUrl : mediaUrl)(attachment.media.id) : undefined;
  const Icon = broken && attachment.state === "ready" ? ImageOff : attachment.video ? Film : ImageIcon;
  return (
    <div className="grid size-14 shrink-0 place-items-center overflow-hidden rounded-lg border border-line bg-sunken text-muted">
      {source !== undefined && !broken ? (
        <img src={source} alt="" onError={() => setBroken(true)} className="size-full object-cover" />
      ) : attachment.state !== "ready" && !attachment.video && !broken ? (
        <LocalPicture file={attachment.file} onBroken={breakDown} />
      ) : (
        <span title={broken && attachment.state === "ready" ? t("gone") : undefined}>
          <Icon aria-hidden className="size-5" />
        </span>
      )}
    </div>
  );
}

/** A picture that is still here only, drawn small; no address is made for it that would have to be given back. */
function LocalPicture({ file, onBroken }: { file: File; onBroken: () => void }) {
  const show = useCallback(
    (canvas: HTMLCanvasElement | null) => {
      if (!canvas) return; // React says so when the canvas goes away
      createImageBitmap(file).then((picture) => drawCovering(canvas, picture), onBroken);
    },
    [file, onBroken],
  );
  return <canvas ref={show} width={112} height={112} aria-hidden className="size-full opacity-60" />;
}

/** As `object-fit: cover` does. */
function drawCovering(canvas: HTMLCanvasElement, picture: ImageBitmap): void {
  const side = Math.min(picture.width, picture.height);
  const [left, top] = [(picture.width - side) / 2, (picture.height - side) / 2];
  canvas.getContext("2d")?.drawImage(picture, left, top, side, side, 0, 0, canvas.width, canvas.height);
  picture.close();
}

function Uploading({ name, progress }: { name: string; progress: number }) {
  const t = useTranslations("media");
  const locale = useLocale();
  return (
    <>
      <ProgressBar fraction={progress} label={t("uploading", { name })} className="mt-1.5" />
      <p className="mt-1 tabular-nums">{progress < 1 ? formatPercent(locale, progress) : t("checking")}</p>
    </>
  );
}

function FailedUpload({ attachment, onRetry }: { attachment: Extract<Attachment, { state: "failed" }>; onRetry: () => void }) {
  const t = useTranslations("media");
  const chat = useTranslations("chat");
  const { cause, action } = useErrorText()(attachment.error);
  return (
    <div role="alert" className="text-danger">
      <p>{cause}</p>
      <p className="text-muted">{action}</p>
      <button type="button" aria-label={t("retry", { name: attachment.name })} onClick={onRetry} className="mt-1 inline-flex min-h-8 items-center gap-1 font-medium underline underline-offset-2">
        <RotateCw aria-hidden className="size-3.5" /> {chat("retry")}
      </button>
    </div>
  );
}

function Facts({ info }: { info: MediaInfo }) {
  const t = useTranslations("media");
  const locale = useLocale();
  const facts = useMemo((): ReactNode => {
    const tokens = t("tokens", { tokens: formatCount(locale, info.tokens) });
    switch (info.kind) {
      case "image":
        return `${t("size", { width: info.width, height: info.height })} · ${tokens}`;
      case "video":
        return `${formatSeconds(locale, info.duration)} · ${t("frames", { count: info.sampledTimes.length })} · ${tokens}`;
    }
  }, [info, locale, t]);
  return (
    <>
      <p className="tabular-nums">{facts}</p>
      {info.kind === "video" && (
        <div className="mt-1.5 grid gap-1">
          <FrameStrip duration={info.duration} times={info.sampledTimes} />
          {info.hasAudio && <SoundNote />}
        </div>
      )}
    </>
  );
}
