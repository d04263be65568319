"use client";

import { useTranslations } from "use-intl";
import { useChat } from "./Sessions.tsx";

/** Says of which clips an answer saw only a part. */
export function DamagedClips({ ids }: { ids: readonly string[] }) {
  const t = useTranslations("chat");
  const someFile = useTranslations()("someFile");
  const turns = useChat((state) => state.turns);
  const media = turns.flatMap((turn) => (turn.role === "user" ? turn.media : []));
  return ids.map((id) => {
    const name = media.find((medium) => medium.id === id)?.name;
    return (
      <p key={id} role="status" className="text-sm text-muted">
        {t("damaged", { name: name === undefined ? someFile : `“${name}”` })}
      </p>
    );
  });
}
