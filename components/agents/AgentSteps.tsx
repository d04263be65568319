"use client";

import clsx from "clsx";
import { ShieldCheck } from "lucide-react";
import { useTranslations } from "use-intl";
import type { AgentAction } from "../results/types.ts";
import { useFocus, useSetFocus } from "../viewer/FocusProvider.tsx";
import { useActionWords } from "./ActionCard.tsx";

/** Under the screenshot in the viewer: the steps of the agent as a list that points at their marks. */
export function AgentSteps({ actions, answer }: { actions: readonly AgentAction[]; answer: string }) {
  const t = useTranslations("agents");
  const words = useActionWords();
  const set = useSetFocus();
  const pointed = useFocus((state) => (state.pointed?.answer === answer ? state.pointed.id : undefined));
  const point = (id: string | undefined) => set({ type: "point", pointed: id === undefined ? undefined : { answer, id } });
  return (
    <div className="max-h-[30dvh] shrink-0 overflow-y-auto border-t border-line p-2">
      <ol aria-label={t("steps", { count: actions.length })}>
        {actions.map((action, index) => (
          <li key={action.id}>
            <button
              type="button"
              aria-pressed={pointed === action.id}
              onClick={() => point(action.id)}
              onFocus={() => point(action.id)}
              onBlur={() => point(undefined)}
              onPointerEnter={() => point(action.id)}
              onPointerLeave={() => point(undefined)}
              className={clsx("flex min-h-11 w-full items-center gap-3 rounded-xl px-3 text-left text-sm md:min-h-8", pointed === action.id && "bg-accent-soft")}
            >
              <span className="text-muted tabular-nums">{index + 1}</span>
              <span className="min-w-0 wrap-anywhere">{words(action)}</span>
            </button>
          </li>
        ))}
      </ol>
      <p className="flex items-center gap-1.5 px-3 pt-1 text-xs text-muted">
        <ShieldCheck aria-hidden className="size-3.5 shrink-0" />
        {t("neverExecuted")}
      </p>
    </div>
  );
}
