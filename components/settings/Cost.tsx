"use client";

import clsx from "clsx";
import { useId, useMemo, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { useChat, useDraft } from "../chat/Sessions.tsx";
import type { Turn } from "../chat/turns.ts";
import { contentToSend } from "../composer/draft.ts";
import { formatCount } from "../i18n/format.ts";
import { draftUse, fullnessOf, pastUse, type ContextUse, type UsedTurn } from "./cost.ts";
import { useEngineInfo, useSettings } from "./useSettings.ts";

/** How full the model's context is with the message that is being written, and what to do before it is too full. */
export function Cost() {
  const use = useContextUse();
  // As high before it is known: nothing moves then.
  return use ? <Gauge use={use} /> : <div className="min-h-11 md:min-h-7" />;
}

function useContextUse(): ContextUse | undefined {
  const { settings } = useSettings();
  const engine = useEngineInfo();
  const turns = useChat((state) => state.turns);
  const draft = useDraft((state) => state);
  const context = useMemo(() => ({ settings, rules: engine?.media }), [settings, engine]);
  const edited = draft.editing?.turn;
  // Once for all keys that are typed. A message that is changed takes the place of itself and of all that followed.
  const past = useMemo(() => {
    const end = turns.findIndex(({ id }) => id === edited);
    return pastUse((end < 0 ? turns : turns.slice(0, end)).map(toUsed), context);
  }, [turns, edited, context]);
  return useMemo(() => {
    if (!engine) return undefined;
    const { words, media, count } = past;
    const { draftWords, draftMedia } = draftUse({ role: "user", ...contentToSend(draft) }, count, context);
    return { words, media, draftWords, draftMedia, used: words + media + draftWords + draftMedia, limit: engine.contextLength };
  }, [past, draft, context, engine]);
}

function toUsed(turn: Turn): UsedTurn {
  if (turn.role === "user") return turn;
  const isCounted = turn.tokens > 0 && turn.continued === 0;
  return { role: "assistant", text: turn.text, tokens: isCounted ? turn.tokens : undefined, usage: turn.state.name === "finished" ? turn.state.usage : undefined };
}

function Gauge({ use }: { use: ContextUse }) {
  const t = useTranslations("cost");
  const locale = useLocale();
  const id = useId();
  const { settings } = useSettings();
  const [open, setOpen] = useState(false);
  const fullness = fullnessOf(use, settings);
  const count = (tokens: number) => formatCount(locale, tokens);
  const figures = { used: count(use.used), limit: count(use.limit) };
  const hasDraft = use.draftWords > 0 || use.draftMedia > 0;
  return (
    <div className="text-xs text-muted">
      {fullness !== "roomy" && <Warning use={use} full={fullness === "full"} />}
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        title={t("open")}
        onClick={() => setOpen(!open)}
        className="mx-auto flex min-h-11 items-center gap-2 rounded-full px-3 whitespace-nowrap tabular-nums hover:text-ink md:min-h-7"
      >
        <Bar use={use} danger={fullness === "full"} />
        <span>
          {t(hasDraft ? "usedWithDraft" : "used", figures)}
          <span className="max-sm:hidden"> · {t("left", { left: count(Math.max(0, use.limit - use.used)) })}</span>
        </span>
      </button>
      <div id={id} hidden={!open} className="mx-auto max-w-md rounded-2xl bg-sunken px-4 py-3">
        {open && <Breakdown use={use} />}
      </div>
    </div>
  );
}

function Bar({ use, danger }: { use: ContextUse; danger: boolean }) {
  const percent = (tokens: number) => `${Math.min(100, (tokens / use.limit) * 100)}%`;
  return (
    <span aria-hidden className="flex h-1.5 w-16 overflow-hidden rounded-full bg-line">
      <span className={clsx("h-full shrink-0", danger ? "bg-danger" : "bg-muted")} style={{ width: percent(use.words + use.media) }} />
      <span className={clsx("h-full shrink-0", danger ? "bg-danger" : "bg-accent")} style={{ width: percent(use.draftWords + use.draftMedia) }} />
    </span>
  );
}

function Breakdown({ use }: { use: ContextUse }) {
  const t = useTranslations("cost");
  const locale = useLocale();
  const rows = [
    ["words", use.words],
    ["media", use.media],
    ["draftWords", use.draftWords],
    ["draftMedia", use.draftMedia],
    ["room", Math.max(0, use.limit - use.used)],
  ] as const;
  return (
    <dl aria-label={t("title")} className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-1">
      {rows.map(([name, tokens]) => (
        <div key={name} className="contents">
          <dt>{t(name)}</dt>
          <dd className="text-right text-ink tabular-nums">{formatCount(locale, tokens)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Warning({ use, full }: { use: ContextUse; full: boolean }) {
  const t = useTranslations("cost");
  const locale = useLocale();
  const hasClip = useDraft((draft) => draft.attachments.some(({ video }) => video));
  const media = use.draftMedia + use.media;
  const most = use.draftWords > media ? "adviceWords" : hasClip ? "adviceClip" : "advicePicture";
  const advice = [(use.draftWords > 0 || media > 0) && t(most), use.words + use.media > 0 && t("adviceNew")].filter((words) => words !== false);
  return (
    <p role="status" className={clsx("text-center", full ? "text-danger" : "text-ink")}>
      {full ? t("full", { used: formatCount(locale, use.used), limit: formatCount(locale, use.limit) }) : t("tight")} {advice.join(" ")}
    </p>
  );
}
