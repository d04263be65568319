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
    <div className="shrink-0 border-t border-line p-2 md:max-h-[30dvh] md:overflow-y-auto">
      {/* On a phone the screenshot has the room, and the steps lie side by side. */}
      <ol aria-label={t("steps", { count: actions.length })} className="max-md:flex max-md:overflow-x-auto">
        {actions.map((action, index) => (
          <li key={action.id} className="max-w-full shrink-0">
            <button
              type="button"
              aria-pressed={pointed === action.id}
              onClick={() => point(action.id)}
              onFocus={() => point(action.id)}
              onBlur={() => point(undefined)}
              onPointerEnter={() => point(action.id)}
              onPointerLeave={() => point(undefined)}
              className={clsx("flex min-h-11 w-full items-center gap-3 rounded-xl px-3 max-md:gap-2 text-left text-sm md:min-h-8", pointed === action.id && "bg-accent-soft")}
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
