"use client";

import { LogOut, UserRound } from "lucide-react";
import { useTranslations } from "use-intl";
import { useServerConfig } from "../model/useServer.tsx";
import { IconButton } from "../ui/IconButton.tsx";

/** Who is logged in, and the way out; nothing where nobody logs in. */
export function AccountRow() {
  const t = useTranslations("login");
  const account = useServerConfig()?.account;
  if (!account) return null;
  return (
    <div className="flex shrink-0 items-center gap-2.5 border-t border-line py-1 pr-2 pl-4 text-sm">
      <UserRound aria-hidden className="size-4 shrink-0 text-muted" />
      <p className="min-w-0 grow truncate">
        <span className="sr-only">{account.name === null ? t("accountByKey") : t("account", { name: account.name })}</span>
        <span aria-hidden>{account.name ?? t("accountByKey")}</span>
      </p>
      {/* A form, so that the browser itself says it where the server is not there. */}
      <form method="post" action="/logout">
        <IconButton type="submit" label={t("logOut")}>
          <LogOut aria-hidden />
        </IconButton>
      </form>
    </div>
  );
}
