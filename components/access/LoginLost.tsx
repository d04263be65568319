"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslations } from "use-intl";
import { useSessions } from "../chat/Sessions.tsx";
import { ActionButton } from "../composer/ActionButton.tsx";
import { fieldStyle, InputDialog } from "../composer/InputDialog.tsx";
import { useServerConfig } from "../model/useServer.tsx";
import { logIn, type LoginOutcome } from "./logIn.ts";

/** A line that says it, and the login itself; the page and what was typed in it stay as they are. */
export function LoginLost({ onBack }: { onBack: () => void }) {
  const t = useTranslations("login");
  const [open, setOpen] = useState(true);
  return (
    <>
      <div role="alert" className="flex flex-wrap items-center justify-center gap-x-3 bg-danger-soft px-4 py-1.5 text-center text-sm">
        <span className="font-medium">{t("expired")}</span>
        <ActionButton strong onClick={() => setOpen(true)}>
          {t("submit")}
        </ActionButton>
      </div>
      {open && <LoginDialog onClose={() => setOpen(false)} onBack={onBack} />}
    </>
  );
}

function LoginDialog({ onClose, onBack }: { onClose: () => void; onBack: () => void }) {
  const t = useTranslations("login");
  const { chat } = useSessions();
  const queries = useQueryClient();
  const before = useServerConfig()?.account;
  const byKey = before?.name === null;
  const [name, setName] = useState(before?.name ?? "");
  const [password, setPassword] = useState("");
  const [outcome, setOutcome] = useState<LoginOutcome>();
  const [busy, setBusy] = useState(false);
  const [form, nameField, passwordField, note] = [useId(), useId(), useId(), useId()];

  const submit = async () => {
    setBusy(true);
    const result = await logIn(name, password);
    setBusy(false);
    if (result.kind !== "in") {
      setOutcome(result);
      return;
    }
    void queries.invalidateQueries({ queryKey: ["config"] });
    onBack();
    chat.hurry();
  };

  return (
    <InputDialog
      title={t("expired")}
      onClose={onClose}
      actions={
        <ActionButton strong type="submit" form={form} disabled={busy || password === ""}>
          {t("submit")}
        </ActionButton>
      }
    >
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void submit();
        }}
        className="grid gap-4"
      >
        <p className="text-sm text-muted">{t("expiredHint")}</p>
        {!byKey && (
          <div className="grid gap-1.5">
            <label htmlFor={nameField} className="text-sm font-medium">
              {t("name")}
            </label>
            <input
              id={nameField}
              required
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={64}
              value={name}
              onChange={(event) => setName(event.target.value)}
              className={fieldStyle}
            />
          </div>
        )}
        <div className="grid gap-1.5">
          <label htmlFor={passwordField} className="text-sm font-medium">
            {t(byKey ? "key" : "password")}
          </label>
          <input
            id={passwordField}
            required
            type="password"
            autoComplete="current-password"
            data-autofocus
            value={password}
            aria-invalid={outcome !== undefined}
            aria-describedby={note}
            onChange={(event) => setPassword(event.target.value)}
            className={fieldStyle}
          />
        </div>
        <p id={note} role="alert" className="text-sm text-danger empty:hidden">
          {outcome && words(outcome)}
        </p>
      </form>
    </InputDialog>
  );

  function words(result: LoginOutcome): string {
    switch (result.kind) {
      case "in":
        return "";
      case "wrong":
        return t(byKey ? "wrongKey" : "wrong");
      case "limited":
        return t("limited", { seconds: result.seconds });
      case "failed":
        return t("failed");
    }
  }
}
