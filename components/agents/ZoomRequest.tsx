"use client";

import { LoaderCircle, ZoomIn } from "lucide-react";
import { useMemo, useSyncExternalStore, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { useChat, useConversationSettings, useSessions } from "../chat/Sessions.tsx";
import { useErrorText } from "../i18n/LanguageProvider.tsx";
import { pendingZoom } from "./pendingZoom.ts";
import { longestTrail } from "./zoomTool.ts";

/** Under the last answer, where it asks for the zoom tool: what the tool does, or an offer to let it. */
export function ZoomRequest({ answer }: { answer: string }) {
  const t = useTranslations("zoom");
  const { zoom } = useSessions();
  const turns = useChat((state) => state.turns);
  const conversation = useChat((state) => state.current);
  const { tools } = useConversationSettings();
  const work = useSyncExternalStore(
    zoom.store.subscribe,
    () => zoom.store.get().get(answer),
    () => undefined,
  );
  const pending = useMemo(() => (turns.at(-1)?.id === answer ? pendingZoom(turns) : undefined), [turns, answer]);
  const errorText = useErrorText();
  if (!pending) return null;
  const label = pending.call.label === "" ? "none" : pending.call.label;
  const run = () => void zoom.run({ conversation, turn: answer });
  switch (work?.name) {
    case "cropping":
      return (
        <Row icon={<LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin text-accent" />} words={t("cropping", { label })}>
          <Button label={t("cancel")} onClick={() => zoom.cancel(answer)} />
        </Row>
      );
    case "failed":
      return (
        <Row icon={<ZoomIn aria-hidden className="size-4 shrink-0 text-danger" />} words={work.error.code === "internal" ? t("failed") : errorText(work.error).cause}>
          <Button label={t("retry")} onClick={run} />
        </Row>
      );
    case undefined:
      return (
        <Row
          icon={<ZoomIn aria-hidden className="size-4 shrink-0 text-accent" />}
          words={tools.zoom && pending.steps >= longestTrail ? t("bound", { count: pending.steps }) : t("wants", { label })}
        >
          <Button label={t("run")} onClick={run} />
        </Row>
      );
  }
}

function Row({ icon, words, children }: { icon: ReactNode; words: string; children: ReactNode }) {
  return (
    <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-2xl border border-line bg-surface px-3 py-2 text-sm">
      {icon}
      <span className="min-w-0 grow wrap-anywhere">{words}</span>
      {children}
    </div>
  );
}

function Button({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button type="button" onClick={onClick} className="min-h-11 rounded-full border border-line-strong px-4 font-medium transition-colors hover:border-accent hover:bg-accent-soft md:min-h-8">
      {label}
    </button>
  );
}
