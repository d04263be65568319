"use client";

import clsx from "clsx";
import { Brain, ChevronRight } from "lucide-react";
import { useEffect, useId, useState, type ReactNode } from "react";
import { useLocale, useTranslations } from "use-intl";
import { formatCount, formatMilliseconds, formatSeconds } from "../i18n/format.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import { readFold, writeFold } from "./foldPreference.ts";
import type { Thought } from "./thought.ts";

export interface ThinkingFoldProps {
  /** What was thought so far. */
  thinking: string;
  /** Of its answer, where it was measured. */
  thought: Thought | undefined;
  /** The model thinks right now. */
  live: boolean;
  /** The answer ended before the thinking did. */
  cutOff: boolean;
  /** The thinking as it is shown. */
  children: ReactNode;
}

/** What a model thought before it answered: a line that says how long, which opens to the thoughts. It stays as the reader left the last one. */
export function ThinkingFold({ thinking, thought, live, cutOff, children }: ThinkingFoldProps) {
  const t = useTranslations("thinking");
  const [open, setOpen] = useState(readFold);
  const id = useId();
  const toggle = () => {
    setOpen(!open);
    writeFold(!open);
  };
  return (
    <section className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={toggle}
        className="-ml-2 flex min-h-11 w-fit max-w-full items-center gap-2 rounded-full px-2 text-sm text-muted transition-colors hover:bg-sunken hover:text-ink md:min-h-8"
      >
        <Brain aria-hidden className={clsx("size-4 shrink-0", live && "animate-breathe text-accent")} />
        <span className="tabular-nums">{live ? <Live thought={thought} /> : <Ended thought={thought} cutOff={cutOff} />}</span>
        <ChevronRight aria-hidden className={clsx("size-4 shrink-0 transition-transform", open && "rotate-90")} />
      </button>
      <div id={id} hidden={!open} className="border-l-2 border-line pl-4 text-sm text-muted">
        {open && children}
        {open && !live && <CopyButton label={t("copy")} text={() => thinking} className="-ml-2" />}
      </div>
    </section>
  );
}

function Live({ thought }: { thought: Thought | undefined }) {
  const t = useTranslations("thinking");
  const locale = useLocale();
  const seconds = useSecondsSince(thought?.open?.since);
  return t("live", { seconds: seconds < 1 ? "none" : formatSeconds(locale, Math.floor(seconds + (thought?.ms ?? 0) / 1000)) });
}

function Ended({ thought, cutOff }: { thought: Thought | undefined; cutOff: boolean }) {
  const t = useTranslations("thinking");
  const locale = useLocale();
  const figures = [
    t(cutOff ? "cutOff" : "ended", { seconds: thought && thought.ms > 0 ? formatMilliseconds(locale, thought.ms) : "none" }),
    ...(thought && thought.tokens > 0 ? [t("tokens", { count: thought.tokens, tokens: formatCount(locale, thought.tokens) })] : []),
  ];
  return figures.join(" · ");
}

/** Counts up once a second, from a time of the past (epoch, ms). */
function useSecondsSince(since: number | undefined): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (since === undefined) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [since]);
  return since === undefined ? 0 : Math.max(0, (now - since) / 1000);
}
