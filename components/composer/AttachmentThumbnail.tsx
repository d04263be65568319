"use client";

import { FileText, Film, ImageIcon, ImageOff } from "lucide-react";
import { useCallback, useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { useRestored, type Restored } from "../conversations/useRestored.ts";
import { stillUrl } from "../media/upload.ts";
import type { Attachment, Source } from "./draft.ts";

/** What an attachment looks like, small. */
export function AttachmentThumbnail({ attachment }: { attachment: Attachment }) {
  const t = useTranslations("media");
  const [broken, setBroken] = useState(false);
  const breakDown = useCallback(() => setBroken(true), []);
  const { attempt, gone, onMissing } = useRestored(attachment.state === "ready" ? attachment.media : undefined);
  return (
    <div className="grid size-14 shrink-0 place-items-center overflow-hidden rounded-lg border border-line bg-sunken text-muted" title={gone ? t("gone") : undefined}>
      {(gone || (broken && attachment.state !== "ready") ? undefined : pictureOf(attachment, { attempt, onMissing, onBroken: breakDown })) ?? <Icon attachment={attachment} gone={gone} />}
    </div>
  );
}

function pictureOf(attachment: Attachment, { attempt, onMissing, onBroken }: Pick<Restored, "attempt" | "onMissing"> & { onBroken: () => void }): ReactNode {
  switch (attachment.state) {
    case "ready":
      return <img key={attempt} src={stillUrl(attachment.media)} alt="" onError={onMissing} className="size-full object-cover" />;
    case "uploading":
    case "failed": {
      const file = localPicture(attachment.source, attachment.video);
      return file && <LocalPicture file={file} onBroken={onBroken} />;
    }
    case "text":
      return undefined;
  }
}

function localPicture(source: Source, video: boolean): File | undefined {
  if (source.kind === "frames") return source.files[0];
  return source.kind === "file" && !video ? source.file : undefined;
}

function Icon({ attachment, gone }: { attachment: Attachment; gone: boolean }) {
  const Shape = gone ? ImageOff : attachment.state === "text" ? FileText : attachment.video ? Film : ImageIcon;
  return <Shape aria-hidden className="size-5" />;
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
