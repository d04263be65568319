"use client";

import clsx from "clsx";
import { useId, useMemo, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { useDraft, usePacedChat } from "../chat/Sessions.tsx";
import { isAnswering, type Turn } from "../chat/turns.ts";
import { contentToSend } from "../composer/draft.ts";
import { formatCount } from "../i18n/format.ts";
import { draftUse, fullnessOf, pastUse, textsToCount, type ContextUse, type UsedTurn } from "./cost.ts";
import { rememberedEstimates } from "./textTokens.ts";
import { useEngineInfo, useSettings } from "./useSettings.ts";
import { useTokenCounts } from "./useTokenCounts.ts";

/** How often (ms) an answer that is being written is counted. */
const interval = 1000;

/** How full the model's context is with the message that is being written, and what to do before it is too full. */
export function Cost() {
  const use = useContextUse();
  // As high before it is known: nothing moves then.
  return use ? <Gauge use={use} /> : <div className="min-h-11 md:min-h-7" />;
}

type ShownUse = ContextUse & { exact: boolean };

function useContextUse(): ShownUse | undefined {
  const { settings } = useSettings();
  const engine = useEngineInfo();
  const turns = usePacedChat((state) => state.turns, interval);
  const draft = useDraft((state) => state);
  const edited = draft.editing?.turn;
  const asked = useMemo<Extract<UsedTurn, { role: "user" }>>(() => ({ role: "user", ...contentToSend(draft) }), [draft]);
  // Once for all keys that are typed. A message that is changed takes the place of itself and of all that followed.
  const before = useMemo(() => {
    const end = turns.findIndex(({ id }) => id === edited);
    return (end < 0 ? turns : turns.slice(0, end)).map(toUsed);
  }, [turns, edited]);
  const texts = useMemo(() => textsToCount(before, asked, settings), [before, asked, settings]);
  // While an answer is written, its own count says more.
  const counted = useTokenCounts(texts, engine !== undefined && texts.length > 0 && !isAnswering(turns));
  const context = useMemo(() => ({ settings, rules: engine?.media, counted }), [settings, engine, counted]);
  const [estimate] = useState(rememberedEstimates);
  const past = useMemo(() => pastUse(before, { ...context, estimate }), [before, context, estimate]);
  return useMemo(() => {
    if (!engine) return undefined;
    const { words, media, count } = past;
    const { draftWords, draftMedia } = draftUse(asked, count, context);
    // The times that stand before the frames of a clip stay an estimate.
    const exact = texts.every((text) => counted(text) !== undefined) && !asked.media.some(({ info }) => info.kind === "video");
    return { words, media, draftWords, draftMedia, used: words + media + draftWords + draftMedia, limit: engine.contextLength, exact };
  }, [past, asked, texts, counted, context, engine]);
}

function toUsed(turn: Turn): UsedTurn {
  if (turn.role === "user") return turn;
  const isCounted = turn.tokens > 0 && turn.continued === 0;
  return { role: "assistant", text: turn.text, tokens: isCounted ? turn.tokens : undefined, ...(turn.state.name === "finished" && { usage: turn.state.usage, reason: turn.state.reason }) };
}

function Gauge({ use }: { use: ShownUse }) {
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
          {t(!hasDraft ? "used" : use.exact ? "usedWithDraft" : "aboutWithDraft", figures)}
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

function Breakdown({ use }: { use: ShownUse }) {
  const t = useTranslations("cost");
  const locale = useLocale();
  const rows = [
    ["words", use.words],
    ["media", use.media],
    [use.exact ? "draftWords" : "draftWordsAbout", use.draftWords],
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
