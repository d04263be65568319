"use client";

import { useTranslations } from "use-intl";
import type { UploadedMedia } from "../../server/protocol.ts";
import { useSessions } from "../chat/Sessions.tsx";
import { SoundNote } from "../media/MediaGallery.tsx";
import { MediumCost } from "../settings/MediumCost.tsx";
import type { Origin } from "./draft.ts";

/** What is known of an attached picture or clip: its size, the size at which the model sees it, what that costs, and what can be chosen. */
export function AttachmentFacts({ attachment, media }: { attachment: string; media: UploadedMedia }) {
  const { draft } = useSessions();
  return (
    <>
      <MediumCost medium={media} onChoose={(choices) => draft.store.dispatch({ type: "chosen", key: attachment, choices })} />
      {media.info.kind === "video" && media.info.hasAudio && <SoundNote />}
    </>
  );
}

/** What an attachment was made from, where that is not simply a file. */
export function Provenance({ origin }: { origin: Origin }) {
  const t = useTranslations("input");
  switch (origin.kind) {
    case "page":
      return <p className="truncate">{t("fromPage", { file: origin.file, page: origin.page })}</p>;
    case "part":
      return <p className="truncate">{t("partOf", { name: origin.of })}</p>;
    case "address":
      return <p className="truncate">{t("fromAddress", { host: URL.canParse(origin.url) ? new URL(origin.url).host : origin.url })}</p>;
  }
}
