"use client";

import { useTranslations } from "use-intl";
import type { UploadedMedia } from "../../server/protocol.ts";
import { mediaUrl } from "../media/upload.ts";

export function PlainPicture({ medium }: { medium: UploadedMedia }) {
  const t = useTranslations("media");
  return (
    <div className="grid h-full place-items-center bg-sunken/60 p-3">
      <img src={mediaUrl(medium.id)} alt={t("picture", { name: medium.name })} className="max-h-full max-w-full object-contain" />
    </div>
  );
}
