"use client";

import clsx from "clsx";
import { lazy, Suspense, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { formatParameters } from "../i18n/format.ts";
import { useEngine } from "./useServer.tsx";

const ModelPanel = lazy(() => import("./ModelPanel.tsx").then((module) => ({ default: module.ModelPanel })));

/** Which model answers; opens what is to be known about it. */
export function ModelChip() {
  const t = useTranslations("model");
  const locale = useLocale();
  const [open, setOpen] = useState(false);
  const engine = useEngine();
  const info = engine?.state === "ready" ? engine.info : undefined;
  const name = info === undefined ? t("unknownChip") : info.embedded ? t("embedded") : info.name;
  const parameters = info?.remote ? `${info.remote.label}, ${info.remote.host}` : info && formatParameters(locale, info.parameters);
  return (
    <>
      <button
        type="button"
        aria-label={t("open", { name: parameters === undefined ? name : t("chip", { name, parameters }) })}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        className="flex h-11 min-w-0 items-center gap-2 rounded-full border border-line bg-surface px-3 text-[0.8125rem] sm:text-sm transition-colors hover:border-line-strong md:h-9"
      >
        <span
          aria-hidden
          className={clsx(
            "size-2 shrink-0 rounded-full",
            engine?.state === "ready" ? "bg-accent" : engine?.state === "unusable" ? "bg-danger" : "animate-breathe bg-muted",
          )}
        />
        <span className="truncate">{name}</span>
        {parameters !== undefined && <span className="-ml-1 shrink-0 text-muted max-sm:hidden"> · {parameters}</span>}
      </button>
      {open && (
        <Suspense>
          <ModelPanel info={info} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
