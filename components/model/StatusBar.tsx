"use client";

import { lazy, Suspense, useEffect, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import type { EngineStatus } from "../../server/protocol.ts";
import { useLoginLost } from "../access/useLoginLost.ts";
import { useChat } from "../chat/Sessions.tsx";
import { useErrorText } from "../i18n/LanguageProvider.tsx";
import { formatBytes, formatPercent, formatSeconds } from "../i18n/format.ts";
import { ProgressBar } from "../ui/ProgressBar.tsx";
import { loadingFraction } from "./loading.ts";
import { useEngine } from "./useServer.tsx";

const LoginLost = lazy(() => import("../access/LoginLost.tsx").then((module) => ({ default: module.LoginLost })));

/** A connection that is back within this time (ms) needs no words. */
const patience = 1000;

/** A slim line below the header while the connection or the model is not as it should be. */
export function StatusBar() {
  const t = useTranslations("status");
  const lost = useLasting(useChat((state) => state.connection) !== "open", patience);
  const engine = useEngine();
  const [loginLost, back] = useLoginLost();
  if (loginLost) {
    return (
      <Suspense>
        <LoginLost onBack={back} />
      </Suspense>
    );
  }
  if (lost) return <Line title={t("lost")} hint={t("lostHint")} />;
  return engine ? <EngineLine engine={engine} /> : null;
}

/** What is not there at the moment, and what comes of it. */
function Line({ title, hint }: { title: string; hint: string }) {
  return (
    <div role="status" className="flex flex-wrap justify-center gap-x-2 bg-sunken px-4 py-1.5 text-center text-sm">
      <span className="font-medium">{title}</span> <span className="text-muted">{hint}</span>
    </div>
  );
}

function EngineLine({ engine }: { engine: EngineStatus }) {
  const t = useTranslations("status");
  const locale = useLocale();
  const errorText = useErrorText();
  switch (engine.state) {
    case "ready":
      return null;
    case "loading": {
      const fraction = loadingFraction(engine.loading);
      const { stage, secondsLeft, bytesPerSecond } = engine.loading;
      const words = [
        t(stage, { percent: formatPercent(locale, fraction) }),
        ...(bytesPerSecond === undefined ? [] : [`${formatBytes(locale, bytesPerSecond)}/s`]),
        ...(secondsLeft === undefined ? [] : [t("timeLeft", { time: formatSeconds(locale, Math.ceil(secondsLeft)) })]),
      ].join(" · ");
      return (
        <div className="relative">
          <p className="px-4 py-1.5 text-center text-sm text-muted tabular-nums">{words}</p>
          <ProgressBar fraction={fraction} label={words} className="h-0.5! rounded-none" />
        </div>
      );
    }
    case "restarting":
      return (
        <p role="status" className="bg-sunken px-4 py-1.5 text-center text-sm">
          {t("restarting")}
        </p>
      );
    case "away": {
      const { cause, action } = errorText(engine.error);
      return <Line title={cause} hint={action} />;
    }
    case "unusable": {
      const { cause, action } = errorText(engine.error);
      return (
        <div role="alert" className="mx-auto mt-3 w-full max-w-3xl px-3 sm:px-6">
          <div className="rounded-2xl bg-danger-soft px-5 py-4">
            <p className="font-semibold text-danger">{t("unusableTitle")}</p>
            <p className="mt-1 wrap-anywhere">{cause}</p>
            <p className="text-muted wrap-anywhere">{action}</p>
          </div>
        </div>
      );
    }
  }
}

/** True once `condition` has held for `milliseconds`; false at once when it ends. */
function useLasting(condition: boolean, milliseconds: number): boolean {
  const [lasted, setLasted] = useState(false);
  useEffect(() => {
    if (!condition) return;
    const timer = setTimeout(() => setLasted(true), milliseconds);
    return () => {
      clearTimeout(timer);
      setLasted(false);
    };
  }, [condition, milliseconds]);
  return condition && lasted;
}
