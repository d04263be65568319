"use client";

import { useLocale, useTranslations } from "use-intl";
import { formatCount, formatMilliseconds, formatRate } from "../i18n/format.ts";
import type { AnswerState, AssistantTurn } from "./turns.ts";

type Finished = Extract<AnswerState, { name: "finished" }>;

/** Figures below an answer: live while it is written, kept afterwards, with the reason why it ended. */
export function AnswerStats({ turn }: { turn: AssistantTurn }) {
  switch (turn.state.name) {
    case "writing":
      return <Live tokens={turn.tokens} rate={turn.state.rate} />;
    case "finished":
      return <Summary state={turn.state} byReader={turn.stopping} />;
    case "waiting":
    case "working":
    case "failed":
    case "interrupted":
      return null;
    case "edited":
      return <Edited />;
  }
}

function Edited() {
  const t = useTranslations("stats");
  return <p className="text-xs text-muted">{t("edited")}</p>;
}

function Live({ tokens, rate }: { tokens: number; rate: number }) {
  const t = useTranslations("stats");
  const locale = useLocale();
  return (
    <p className="text-xs text-muted tabular-nums">
      {t("liveTokens", { tokens })}
      {rate > 0 && ` · ${t("rate", { rate: formatRate(locale, rate) })}`}
    </p>
  );
}

function Summary({ state: { reason, usage, timings }, byReader }: { state: Finished; byReader: boolean }) {
  const t = useTranslations("stats");
  const locale = useLocale();
  const figures = [
    t("tokens", { count: usage.completion_tokens }),
    ...(timings.tokens_per_second > 0 ? [t("rate", { rate: formatRate(locale, timings.tokens_per_second) })] : []),
    ...(timings.first_token_ms > 0 ? [t("firstToken", { seconds: formatMilliseconds(locale, timings.first_token_ms) })] : []),
  ];
  const details = t("details", {
    prompt: formatCount(locale, usage.prompt_tokens),
    visual: formatCount(locale, usage.image_tokens + usage.video_tokens),
    cached: formatCount(locale, usage.cached_tokens),
    media: formatMilliseconds(locale, timings.media_ms),
    vision: formatMilliseconds(locale, timings.vision_ms),
    prefill: formatMilliseconds(locale, timings.prefill_ms),
  });
  const why = reason === "abort" && !byReader ? "abandoned" : reason;
  return (
    <p className="text-xs text-muted tabular-nums" title={details}>
      <span>{t(why)}</span> · {figures.join(" · ")}
    </p>
  );
}
