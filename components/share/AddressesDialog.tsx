"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { LoaderCircle, TriangleAlert } from "lucide-react";
import { useTranslations } from "use-intl";
import type { LinkStatus } from "../../server/share/protocol.ts";
import { ActionButton } from "../composer/ActionButton.tsx";
import { InputDialog } from "../composer/InputDialog.tsx";
import { useErrorText } from "../i18n/LanguageProvider.tsx";
import { useServerConfig } from "../model/useServer.tsx";
import { Address } from "./Address.tsx";
import { errorOf, fetchAddresses, retryLink } from "./requests.ts";
import { addressesKey } from "./shareOrigin.ts";

/** How often the state of the tunnel is looked at while the dialog is open (ms). */
const interval = 2000;

/** The public link with the state of its tunnel, and the addresses in the own network. */
export function AddressesDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("share");
  const errorText = useErrorText();
  const { data, error } = useQuery({ queryKey: addressesKey, queryFn: fetchAddresses, refetchInterval: interval, staleTime: 0 });
  return (
    <InputDialog title={t("title")} onClose={onClose} actions={<ActionButton onClick={onClose}>{t("done")}</ActionButton>}>
      {!data && error && <p role="alert">{errorText(errorOf(error)).cause}</p>}
      {!data && !error && <Waiting text={t("asking")} />}
      {data?.link && (
        <section className="grid gap-3">
          <h3 className="text-sm font-medium">{t("public")}</h3>
          <PublicLink link={data.link} />
        </section>
      )}
      {data && data.network.length > 0 && (
        <section className="grid gap-3">
          <h3 className="text-sm font-medium">{t("network")}</h3>
          <p className="text-sm text-muted">{t("networkHint")}</p>
          {data.network.map((url) => (
            <Address key={url} url={url} label={t("network")} />
          ))}
        </section>
      )}
    </InputDialog>
  );
}

function PublicLink({ link }: { link: LinkStatus }) {
  const t = useTranslations("share");
  const closed = useServerConfig()?.account !== undefined;
  const client = useQueryClient();
  const retry = useMutation({ mutationFn: retryLink, onSuccess: (addresses) => client.setQueryData(addressesKey, addresses) });
  switch (link.state) {
    case "opening":
      return <Waiting text={t("opening")} />;
    case "open":
      return (
        <>
          <p className="text-sm text-muted">{t(closed ? "publicHint" : "publicHintOpen")}</p>
          <Address url={link.url} label={t("public")} />
        </>
      );
    case "failed":
      return (
        <div role="alert" className="grid gap-2 rounded-2xl border border-line-strong p-4 text-sm">
          <p className="flex items-center gap-2 font-medium">
            <TriangleAlert aria-hidden className="size-4 shrink-0" />
            {t("failed")}
          </p>
          <p>{t(`faults.${link.code}`)}</p>
          <p className="text-muted">{t("failedHint")}</p>
          <ActionButton strong disabled={retry.isPending} onClick={() => retry.mutate()} className="justify-self-start">
            {t("retry")}
          </ActionButton>
        </div>
      );
  }
}

function Waiting({ text }: { text: string }) {
  return (
    <p role="status" className="flex items-center gap-2 text-sm text-muted">
      <LoaderCircle aria-hidden className="size-4 shrink-0 motion-safe:animate-spin" />
      {text}
    </p>
  );
}
