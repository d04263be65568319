"use client";

import { useLocale, useTranslations } from "use-intl";
import type { Phase } from "../../inference/events.ts";
import { formatCount, formatPercent, formatSeconds } from "../i18n/format.ts";
import { loadingFraction } from "../model/loading.ts";
import { useEngine } from "../model/useServer.tsx";
import { ProgressBar } from "../ui/ProgressBar.tsx";
import { useChat } from "./Sessions.tsx";
import type { AssistantTurn } from "./turns.ts";

interface Step {
  words: string;
  /** 0 to 1 where it is known how much there is to do. */
  fraction?: number;
  figure?: string;
}

/** What happens before the first token, in words, and how far it is. */
export function AnswerProgress({ turn }: { turn: AssistantTurn }) {
  const { words, fraction, figure } = useStep(turn);
  return (
    <div className="grid max-w-sm gap-2 py-1 text-sm text-muted">
      <p className="flex items-center gap-2.5">
        <span aria-hidden className="size-2 shrink-0 animate-breathe rounded-full bg-accent" />
        <span>{words}</span>
        {figure !== undefined && <span className="ml-auto pl-3 tabular-nums">{figure}</span>}
      </p>
      {fraction !== undefined && <ProgressBar fraction={fraction} label={words} />}
    </div>
  );
}

function useStep(turn: AssistantTurn): Step {
  const t = useTranslations("phase");
  const chat = useTranslations("chat");
  const locale = useLocale();
  const engine = useEngine();
  const connection = useChat((state) => state.connection);
  const percent = (fraction: number) => formatPercent(locale, fraction);

  if (turn.stopping) return { words: chat("stopping") };
  if (connection !== "open" && turn.state.name === "waiting") return { words: t("connecting") };
  if (turn.state.name !== "working" || turn.state.phase.name === "queued") {
    if (engine?.state === "loading") {
      const fraction = loadingFraction(engine.loading);
      return { words: t("loading"), fraction, figure: percent(fraction) };
    }
    if (engine?.state === "away") return { words: t("connecting") };
    if (engine?.state === "restarting") return { words: t("restarting") };
  }
  return turn.state.name === "working" ? describe(turn.state.phase) : { words: t("waiting") };

  function describe(phase: Phase): Step {
    switch (phase.name) {
      case "queued": {
        const place = t("queued", { position: phase.position });
        return { words: phase.seconds === undefined ? place : t("queuedFor", { place, time: formatSeconds(locale, phase.seconds) }) };
      }
      case "decoding":
        return {
          words: phase.media > 1 ? t("decodingOf", { medium: phase.medium, media: phase.media }) : t("decoding"),
          ...of(phase.frames, phase.totalFrames),
        };
      case "vision": {
        const { medium, media, kind } = phase;
        const words = media > 1 ? t(kind === "image" ? "visionImageOf" : "visionVideoOf", { medium, media }) : t(kind === "image" ? "visionImage" : "visionVideo");
        return phase.total > 1 ? { words, fraction: phase.done / phase.total, figure: percent(phase.done / phase.total) } : { words };
      }
      case "prefill": {
        // An engine elsewhere does not say how far it is.
        if (phase.total === 0) return { words: t("prefill") };
        const fraction = phase.done / phase.total;
        return { words: t("prefill"), fraction, figure: percent(fraction) };
      }
    }
  }

  function of(done: number, total: number): Partial<Step> {
    if (total === 0) return {};
    return { fraction: done / total, figure: t("progress", { done: formatCount(locale, done), total: formatCount(locale, total) }) };
  }
}
