"use client";

import { LogOut, UserRound } from "lucide-react";
import { useTranslations } from "use-intl";
import { useSessions } from "../chat/Sessions.tsx";
import { useServerConfig } from "../model/useServer.tsx";
import { IconButton } from "../ui/IconButton.tsx";

/** Who is logged in, and the way out; nothing where nobody logs in. */
export function AccountRow() {
  const t = useTranslations("login");
  const { chat } = useSessions();
  const account = useServerConfig()?.account;
  if (!account) return null;
  const logOut = async () => {
    await chat.flush();
    // Where the server is not there, the browser says so at the next address.
    await fetch("/logout", { method: "POST", redirect: "manual" }).catch(() => undefined);
    location.assign("/login");
  };
  return (
    <div className="flex shrink-0 items-center gap-2.5 border-t border-line py-1 pr-2 pl-4 text-sm">
      <UserRound aria-hidden className="size-4 shrink-0 text-muted" />
      <p className="min-w-0 grow truncate">
        <span className="sr-only">{account.name === null ? t("accountByKey") : t("account", { name: account.name })}</span>
        <span aria-hidden>{account.name ?? t("accountByKey")}</span>
      </p>
      <IconButton label={t("logOut")} onClick={() => void logOut()}>
        <LogOut aria-hidden />
      </IconButton>
    </div>
  );
}
