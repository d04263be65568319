"use client";

import { Check, X } from "lucide-react";
import { useLocale, useTranslations } from "use-intl";
import type { EngineInfo } from "../../inference/protocol.ts";
import { formatBytes, formatCount, formatParameters } from "../i18n/format.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { IconButton } from "../ui/IconButton.tsx";

const realModelCommand = "./run_web_demo.sh -c /path/to/Qwen3-VL-2B-Instruct";

/** What the model is, honestly, and how to start another. */
export function ModelPanel({ info, onClose }: { info: EngineInfo | undefined; onClose: () => void }) {
  const t = useTranslations("model");
  return (
    <Dialog
      label={t("title")}
      onClose={onClose}
      className="m-auto max-h-[calc(100dvh-2rem)] w-[calc(100%-2rem)] max-w-lg animate-appear rounded-3xl border border-line bg-surface text-ink shadow-2xl max-sm:mb-4"
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5 p-5 sm:p-6">
        <div className="flex items-start justify-between gap-3">
          <div className="min-w-0">
            <p className="text-sm text-muted">{t("title")}</p>
            <h2 className="truncate text-xl font-semibold">{info === undefined ? t("unknownChip") : info.embedded ? t("embedded") : info.name}</h2>
          </div>
          <IconButton label={t("close")} onClick={onClose} className="-mt-1 -mr-2">
            <X aria-hidden />
          </IconButton>
        </div>
        {info === undefined && <p className="text-muted">{t("notReady")}</p>}
        {info?.embedded === true && <EmbeddedModel />}
        {info?.embedded === false && <p>{info.remote ? t("remoteIntro", { host: info.remote.host, label: info.remote.label }) : t("checkpointIntro")}</p>}
        {info && <Facts info={info} />}
        {info?.embedded !== false && <RealModel />}
      </div>
    </Dialog>
  );
}

function EmbeddedModel() {
  const t = useTranslations("model");
  return (
    <div className="grid gap-3">
      <p>{t("embeddedIntro")}</p>
      <p className="flex gap-3">
        <Check aria-hidden className="mt-1 size-4 shrink-0 text-accent" />
        <span>
          <strong className="font-semibold">{t("canTitle")}</strong> {t("can")}
        </span>
      </p>
      <p className="flex gap-3">
        <X aria-hidden className="mt-1 size-4 shrink-0 text-danger" />
        <span>
          <strong className="font-semibold">{t("cannotTitle")}</strong> {t("cannot")}
        </span>
      </p>
    </div>
  );
}

function Facts({ info }: { info: EngineInfo }) {
  const t = useTranslations("model");
  const locale = useLocale();
  const sampling = Object.entries(info.defaults)
    .filter(([, value]) => value !== false)
    .map(([name, value]) => (value === true ? name : `${name} ${value}`));
  const facts = [
    [t("parameters"), info.parameters === 0 ? "" : formatParameters(locale, info.parameters)],
    [t("architecture"), info.remote ? "" : info.modelType],
    [t("numbers"), info.dtype],
    [info.remote ? t("engine") : t("device"), info.device],
    [t("models"), info.remote && info.remote.models.length > 1 ? info.remote.models.join(", ") : ""],
    [t("runtime"), info.runtime],
    [t("context"), t("contextValue", { tokens: formatCount(locale, info.contextLength) })],
    [t("memory"), info.memory === undefined ? "" : t("memoryValue", { size: formatBytes(locale, info.memory) })],
    [t("defaults"), sampling.join(", ")],
  ].filter(([, value]) => value !== "");
  return (
    <dl aria-label={t("facts")} className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-1 rounded-2xl bg-sunken px-4 py-3 text-sm">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="wrap-anywhere tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function RealModel() {
  const t = useTranslations("model");
  return (
    <section className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <h3 className="font-semibold">{t("realTitle")}</h3>
      <p className="text-sm text-muted">{t("realIntro")}</p>
      <div className="flex items-center rounded-xl bg-sunken pr-1 pl-4">
        <code className="min-w-0 grow py-3 font-mono text-[0.8125rem] wrap-anywhere">{realModelCommand}</code>
        <CopyButton label={t("copyCommand")} text={() => realModelCommand} />
      </div>
    </section>
  );
}
