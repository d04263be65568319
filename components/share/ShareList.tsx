"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useLocale, useTranslations } from "use-intl";
import type { ShareSummary } from "../../server/share/protocol.ts";
import { ActionButton } from "../composer/ActionButton.tsx";
import { CopyButton } from "../ui/CopyButton.tsx";
import { revokeShare, sharePath } from "./requests.ts";
import { useShareOrigin } from "./shareOrigin.ts";

export const sharesKey = ["shares"];

/** A page that was shared: its title, how long it lives, and a way to end it. */
export function ShareRow({ share }: { share: ShareSummary }) {
  const t = useTranslations("share");
  const locale = useLocale();
  const client = useQueryClient();
  const { origin } = useShareOrigin();
  const revoke = useMutation({ mutationFn: () => revokeShare(share.id), onSettled: () => client.invalidateQueries({ queryKey: sharesKey }) });
  const date = share.expires === null ? undefined : new Date(share.expires).toLocaleDateString(locale, { dateStyle: "medium" });
  const title = share.title === "" ? t("untitled") : share.title;
  return (
    <li className="flex items-center gap-1">
      <div className="min-w-0 grow">
        <a href={sharePath(share.id)} target="_blank" rel="noopener noreferrer" className="block truncate text-sm underline-offset-2 hover:underline">
          {title}
        </a>
        <p className="text-xs text-muted">{date === undefined ? t("endsNever") : t("ends", { date })}</p>
        {revoke.isError && <p role="alert" className="text-xs">{t("revokeFailed")}</p>}
      </div>
      <CopyButton label={t("copyOf", { title })} text={() => `${origin}${sharePath(share.id)}`} />
      <ActionButton aria-label={t("revokeOf", { title })} disabled={revoke.isPending} onClick={() => revoke.mutate()}>
        {t("revoke")}
      </ActionButton>
    </li>
  );
}
