"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { shareDays, type ShareRequest, type ShareSummary } from "../../server/share/protocol.ts";
import { useSessions } from "../chat/Sessions.tsx";
import type { Turn } from "../chat/turns.ts";
import { ActionButton } from "../composer/ActionButton.tsx";
import { InputDialog } from "../composer/InputDialog.tsx";
import { shownBranch, treeOf } from "../conversations/tree.ts";
import type { PageError } from "../i18n/errorText.ts";
import { useErrorText } from "../i18n/LanguageProvider.tsx";
import { uploadIds } from "../media/upload.ts";
import { Segments } from "../ui/Segments.tsx";
import { Address } from "./Address.tsx";
import { createShare, errorOf, fetchShares, revokeShare, ShareError, sharePath } from "./requests.ts";
import { useShareOrigin } from "./shareOrigin.ts";
import { ShareRow, sharesKey } from "./ShareList.tsx";
import { countShared, toShared } from "./snapshot.ts";

type Days = ShareRequest["days"];

/** A conversation becomes a page for everybody who has its link: says what will be seen and for how long, and gives the link. */
export function ShareConversationDialog({ conversation, onClose }: { conversation: string; onClose: () => void }) {
  const t = useTranslations("share");
  const { chat } = useSessions();
  const title = chat.store.get().conversations.get(conversation)?.title ?? "";
  const branch = useBranch(conversation);
  const [days, setDays] = useState<Days>(7);
  const { made, making, error, make } = useMaking(title, branch, days);
  const close = <ActionButton onClick={onClose}>{t(made ? "done" : "cancel")}</ActionButton>;
  return (
    <InputDialog
      title={made ? t("madeTitle") : t("conversationTitle")}
      onClose={onClose}
      actions={
        made ? (
          close
        ) : (
          <>
            {close}
            <ActionButton strong disabled={!branch || branch.length === 0 || making} onClick={make}>
              {t(making ? "making" : "make")}
            </ActionButton>
          </>
        )
      }
    >
      {made ? <Made share={made} /> : <Choice title={title} branch={branch} days={days} onDays={setDays} />}
      {error && <Problem error={error} />}
      <MyShares />
    </InputDialog>
  );
}

function Choice({ title, branch, days, onDays }: { title: string; branch: readonly Turn[] | undefined; days: Days; onDays: (days: Days) => void }) {
  const t = useTranslations("share");
  const counts = countShared(branch ?? []);
  return (
    <>
      <div className="grid gap-1 rounded-2xl border border-line bg-sunken/50 px-4 py-3 text-sm">
        <p className="truncate font-medium">{title}</p>
        <p className="text-muted">{t("visible", { messages: counts.messages, pictures: counts.pictures, clips: counts.clips })}</p>
      </div>
      <p className="text-sm text-muted">{t("visibleHint")}</p>
      {counts.running && <p className="text-sm">{t("running")}</p>}
      <p className="-mb-2 text-sm font-medium">{t("expiry")}</p>
      <Segments
        className="justify-self-start"
        label={t("expiry")}
        value={String(days)}
        role="radiogroup"
        segments={shareDays.map((choice) => ({ value: String(choice), label: choice === null ? t("never") : t("days", { days: choice }) }))}
        onChange={(value) => onDays(shareDays.find((choice) => String(choice) === value) ?? null)}
      />
    </>
  );
}

function Made({ share }: { share: ShareSummary }) {
  const t = useTranslations("share");
  const locale = useLocale();
  const { origin, reach } = useShareOrigin();
  return (
    <>
      <p className="text-sm text-muted">{share.expires === null ? t("madeForEver") : t("madeUntil", { date: new Date(share.expires).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" }) })}</p>
      {reach !== "page" && <p className="text-sm text-muted">{t(`reach.${reach}`)}</p>}
      <Address url={`${origin}${sharePath(share.id)}`} label={t("conversationLink")} />
    </>
  );
}

function Problem({ error }: { error: PageError }) {
  const { cause, action } = useErrorText()(error);
  return (
    <p role="alert" className="text-sm">
      <span className="font-medium">{cause}</span> {action}
    </p>
  );
}

/** What was shared before, each to be revoked. */
function MyShares() {
  const t = useTranslations("share");
  const { data = [], error } = useQuery({ queryKey: sharesKey, queryFn: fetchShares, staleTime: 0 });
  if (error) return <Problem error={errorOf(error)} />;
  if (data.length === 0) return null;
  return (
    <section className="grid grid-cols-[minmax(0,1fr)] gap-1 border-t border-line pt-4">
      <h3 className="text-sm font-medium">{t("mine")}</h3>
      <ul>
        {data.map((share) => (
          <ShareRow key={share.id} share={share} />
        ))}
      </ul>
    </section>
  );
}

/** The branch of the conversation that is shown, or would be. */
function useBranch(conversation: string): readonly Turn[] | undefined {
  const { chat } = useSessions();
  const read = async (): Promise<readonly Turn[]> => {
    const all = await chat.turnsOf(conversation);
    const { conversations, current, turns } = chat.store.get();
    if (conversation === current) return turns;
    return shownBranch(treeOf(all), conversation, conversations.get(conversation)?.chosen ?? {}).turns;
  };
  return useQuery({ queryKey: ["branch", conversation], queryFn: read, staleTime: 0, gcTime: 0 }).data;
}

/** Whether the dialog was closed: who cancels while a link is being made shares nothing. */
function useClosed(): () => boolean {
  const closed = useRef(false);
  useEffect(() => {
    closed.current = false;
    return () => {
      closed.current = true;
    };
  }, []);
  return () => closed.current;
}

function useMaking(title: string, branch: readonly Turn[] | undefined, days: Days) {
  const { media } = useSessions();
  const client = useQueryClient();
  const isClosed = useClosed();
  const { data, isPending, error, mutate } = useMutation({
    mutationFn: async (turns: readonly Turn[]) => {
      // The server may have forgotten what this browser still has.
      const ids = turns.flatMap((turn) => (turn.role === "user" ? turn.media.flatMap(uploadIds) : []));
      if (!(await media.restoreAll(ids))) throw new ShareError({ code: "media_missing", params: {} });
      if (isClosed()) return undefined;
      const share = await createShare(toShared(title, turns, days));
      if (isClosed()) await revokeShare(share.id);
      return share;
    },
    onSuccess: () => client.invalidateQueries({ queryKey: sharesKey }),
  });
  return { made: data, making: isPending, error: error === null ? undefined : errorOf(error), make: () => branch && mutate(branch) };
}
