"use client";

import clsx from "clsx";
import { ImageOff, Maximize2, Play, VolumeX } from "lucide-react";
import { useTranslations } from "use-intl";
import type { UploadedMedia } from "../../server/protocol.ts";
import { useRestored } from "../conversations/useRestored.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { useSetFocus } from "../viewer/FocusProvider.tsx";
import { FrameStrip } from "./FrameStrip.tsx";
import { mediaUrl, posterUrl, stillUrl } from "./upload.ts";

export interface MediaGalleryProps {
  media: readonly UploadedMedia[];
  /** The turn that answers about them, whose results the viewer shows on them. */
  answer: string | undefined;
}

/** The pictures and clips of a message, as large as they deserve; chosen, they come into the viewer. */
export function MediaGallery({ media, answer }: MediaGalleryProps) {
  const set = useSetFocus();
  return (
    <ul className="flex max-w-full flex-wrap justify-end gap-2">
      {media.map((medium, index) => (
        <li key={index} className="max-w-full">
          <Medium medium={medium} several={media.length > 1} onShow={() => set({ type: "show", focus: { kind: "medium", media, index, answer } })} />
        </li>
      ))}
    </ul>
  );
}

function Medium({ medium, several, onShow }: { medium: UploadedMedia; several: boolean; onShow: () => void }) {
  const t = useTranslations("media");
  const { attempt, gone, onMissing } = useRestored(medium);
  if (gone) return <Gone name={medium.name} />;
  const { info, name } = medium;
  if (info.kind === "video") return <Clip key={attempt} medium={medium} onShow={onShow} onGone={onMissing} />;
  return (
    <button type="button" aria-label={t("enlarge", { name })} onClick={onShow} className="block overflow-hidden rounded-2xl border border-line">
      <img
        key={attempt}
        src={mediaUrl(medium.id)}
        alt={t("picture", { name })}
        width={info.width}
        height={info.height}
        onError={onMissing}
        className={clsx("h-auto w-auto max-w-full object-contain", several ? "max-h-48" : "max-h-80")}
      />
    </button>
  );
}

function Clip({ medium, onShow, onGone }: { medium: UploadedMedia; onShow: () => void; onGone: () => void }) {
  const t = useTranslations("media");
  if (medium.info.kind !== "video") return null;
  const { info } = medium;
  return (
    <figure className="w-80 max-w-full">
      {medium.frames ? <Frames medium={medium} onShow={onShow} onGone={onGone} /> : <Player medium={medium} onGone={onGone} />}
      <figcaption className="mt-1.5 flex items-start gap-1 pl-1">
        <div className="grid grow gap-1 pt-1">
          <FrameStrip duration={info.duration} times={info.sampledTimes} />
          {info.hasAudio && <SoundNote />}
        </div>
        <IconButton label={t("enlarge", { name: medium.name })} onClick={onShow}>
          <Maximize2 aria-hidden />
        </IconButton>
      </figcaption>
    </figure>
  );
}

const screenStyle = "max-h-80 w-full rounded-2xl border border-line bg-black";
const aspect = ({ info: { width, height } }: UploadedMedia) => ({ aspectRatio: `${Math.max(width, 1)} / ${Math.max(height, 1)}` });

/** A clip that is made of pictures: its first one stands for it, and the viewer plays it. */
function Frames({ medium, onShow, onGone }: { medium: UploadedMedia; onShow: () => void; onGone: () => void }) {
  const t = useTranslations("media");
  const input = useTranslations("input");
  return (
    <button type="button" aria-label={input("play", { name: medium.name })} onClick={onShow} className="relative block w-full">
      <img src={stillUrl(medium)} alt={t("clip", { name: medium.name })} onError={onGone} style={aspect(medium)} className={clsx(screenStyle, "object-contain")} />
      <span className="absolute inset-0 m-auto grid size-12 place-items-center rounded-full bg-black/60 text-white">
        <Play aria-hidden className="size-5 fill-current" />
      </span>
    </button>
  );
}

function Player({ medium, onGone }: { medium: UploadedMedia; onGone: () => void }) {
  const t = useTranslations("media");
  return (
    <video
      controls
      playsInline
      preload="metadata"
      aria-label={t("clip", { name: medium.name })}
      src={mediaUrl(medium.id)}
      poster={posterUrl(medium.id)}
      // A container that the browser can't play is still a clip that the model sees: only a missing file is gone.
      onError={() => void isMissing(medium.id).then((missing) => missing && onGone())}
      className={screenStyle}
      style={aspect(medium)}
    />
  );
}

async function isMissing(id: string): Promise<boolean> {
  const response = await fetch(mediaUrl(id), { method: "HEAD" }).catch(() => undefined);
  return response?.status === 404;
}

export function SoundNote() {
  const t = useTranslations("media");
  return (
    <span className="flex items-center gap-1 text-xs text-muted">
      <VolumeX aria-hidden className="size-3.5 shrink-0" /> {t("noSound")}
    </span>
  );
}

function Gone({ name }: { name: string }) {
  const t = useTranslations("media");
  return (
    <div className="grid w-44 max-w-full justify-items-center gap-1 rounded-2xl border border-dashed border-line-strong px-3 py-5 text-center text-xs text-muted">
      <ImageOff aria-hidden className="size-5" />
      <span className="max-w-full truncate font-medium">{name}</span>
      <span>{t("gone")}</span>
    </div>
  );
}
