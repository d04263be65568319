"use client";

import "../jitless.ts";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, useSyncExternalStore } from "react";
import { useLocale, useTranslations } from "use-intl";
import type { SharedConversation } from "../../server/share/protocol.ts";
import { ReadOnlyChat, useChat } from "../chat/Sessions.tsx";
import { TurnList } from "../chat/TurnList.tsx";
import { LanguageButton } from "../i18n/LanguageButton.tsx";
import { useErrorText } from "../i18n/LanguageProvider.tsx";
import { shareOf } from "../media/upload.ts";
import { ServerProvider } from "../model/useServer.tsx";
import { Brand } from "../shell/History.tsx";
import { ShellProvider } from "../shell/Shell.tsx";
import { ThemeButton } from "../theme/ThemeButton.tsx";
import { ViewerPanel } from "../viewer/ViewerPanel.tsx";
import { keepShared, mayChat } from "./keepShared.ts";
import { errorOf, fetchShared, sharePath } from "./requests.ts";
import { fromShared, shownState } from "./snapshot.ts";

/** A conversation that somebody shares: read by everybody who has its link, with the viewers of the chat page, and nothing to send. */
export function SharedPage() {
  return (
    <ServerProvider>
      <Page />
    </ServerProvider>
  );
}

const never = () => () => undefined;

function Page() {
  const t = useTranslations("share");
  const id = useSyncExternalStore(never, () => shareOf(location.pathname) ?? null, () => undefined);
  const { data, error, refetch } = useQuery({
    queryKey: ["shared", id],
    queryFn: () => fetchShared(id ?? ""),
    enabled: typeof id === "string",
    staleTime: Infinity,
    retry: false,
    refetchOnWindowFocus: false,
  });
  const shown = useMemo(() => data && fromShared(data), [data]);
  if (id === null || (error && errorOf(error).code === "not_found")) return <Message title={t("gone")} text={t("goneHint")} />;
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data || !shown || typeof id !== "string") return <Message title={t("loading")} />;
  return (
    <ReadOnlyChat state={shownState(shown)}>
      <ShellProvider>
        <Shown id={id} shared={data} />
      </ShellProvider>
    </ReadOnlyChat>
  );
}

function Shown({ id, shared }: { id: string; shared: SharedConversation }) {
  const t = useTranslations("share");
  const locale = useLocale();
  const date = (time: number) => new Date(time).toLocaleDateString(locale, { dateStyle: "medium" });
  return (
    <div className="flex h-dvh bg-canvas text-ink">
      <div className="flex min-w-0 grow basis-0 flex-col">
        <TopBar>
          <KeepButton id={id} shared={shared} />
        </TopBar>
        <main className="min-h-0 grow overflow-x-hidden overflow-y-auto overscroll-contain">
          <div className="mx-auto grid w-full max-w-3xl grid-cols-[minmax(0,1fr)] content-start gap-7 px-5 py-8 sm:px-8">
            <div className="grid gap-1 border-b border-line pb-5">
              <h1 className="text-xl font-semibold wrap-anywhere">{shared.title === "" ? t("untitled") : shared.title}</h1>
              <p className="text-sm text-muted">
                {t("sharedOn", { date: date(shared.created) })} · {shared.expires === null ? t("endsNever") : t("ends", { date: date(shared.expires) })}
              </p>
            </div>
            <Turns />
          </div>
        </main>
      </div>
      <ViewerPanel />
    </div>
  );
}

function Turns() {
  const turns = useChat((state) => state.turns);
  return <TurnList turns={turns} />;
}

/** Who may use the demo goes on with the conversation as their own; who has to log in comes back here afterwards. */
function KeepButton({ id, shared }: { id: string; shared: SharedConversation }) {
  const t = useTranslations("share");
  const [state, setState] = useState<"keeping" | "failed">();
  const keep = async (): Promise<void> => {
    setState("keeping");
    try {
      if (!(await mayChat())) {
        location.assign(`/login?${new URLSearchParams({ next: sharePath(id) })}`);
        return;
      }
      await keepShared(shared);
      location.assign("/");
    } catch {
      setState("failed");
    }
  };
  return (
    <>
      <button type="button" disabled={state === "keeping"} onClick={() => void keep()} className={`${buttonStyle} truncate disabled:opacity-60`}>
        {t(state === "keeping" ? "keeping" : "keep")}
      </button>
      {state === "failed" && (
        <p role="alert" className="basis-full pb-2 text-right text-sm">
          {t("keepFailed")}
        </p>
      )}
    </>
  );
}

const buttonStyle = "min-h-11 min-w-0 rounded-full bg-accent px-4 text-sm font-medium text-on-accent transition-colors hover:bg-accent-strong md:min-h-9";

function TopBar({ children }: { children?: React.ReactNode }) {
  const app = useTranslations("app");
  return (
    <header className="flex min-h-14 shrink-0 flex-wrap items-center gap-x-2 px-3 sm:px-5">
      <a href="/" aria-label={app("name")} className="rounded-lg max-sm:[&_span]:hidden">
        <Brand />
      </a>
      <div className="ml-auto flex items-center">
        <LanguageButton />
        <ThemeButton />
      </div>
      {children}
    </header>
  );
}

function Failed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useTranslations("share");
  const { cause, action } = useErrorText()(errorOf(error));
  return (
    <Message title={cause} text={action}>
      <button type="button" onClick={onRetry} className={buttonStyle}>
        {t("retry")}
      </button>
    </Message>
  );
}

/** A page with nothing but a sentence. */
function Message({ title, text, children }: { title: string; text?: string; children?: React.ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col bg-canvas text-ink">
      <TopBar />
      <main className="grid grow place-items-center p-6 text-center">
        <div className="grid max-w-md justify-items-center gap-3">
          <h1 className="text-xl font-semibold">{title}</h1>
          {text !== undefined && <p className="text-muted">{text}</p>}
          {children}
        </div>
      </main>
    </div>
  );
}
