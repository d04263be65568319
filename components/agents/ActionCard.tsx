"use client";

import clsx from "clsx";
import { Monitor, Smartphone } from "lucide-react";
import { useTranslations } from "use-intl";
import type { UploadedMedia } from "../../server/protocol.ts";
import { mediaUrl } from "../media/upload.ts";
import type { AgentAction } from "../results/types.ts";
import { useFocus, useSetFocus } from "../viewer/FocusProvider.tsx";
import { AgentOverlay } from "./AgentOverlay.tsx";
import { plainAction, type PlainAction } from "./plainAction.ts";

export interface ActionCardProps {
  action: AgentAction;
  /** From 1. */
  number: number;
  media: readonly UploadedMedia[];
  /** Turn id. */
  answer: string;
}

/** One step: what the agent thought, what it would do, and where. */
export function ActionCard({ action, number, media, answer }: ActionCardProps) {
  const t = useTranslations("agents");
  const set = useSetFocus();
  const isPointed = useFocus(({ pointed }) => pointed?.answer === answer && pointed.id === action.id);
  const words = useActionWords()(action);
  const index = media.findLastIndex(({ info }) => info.kind === "image");
  const screenshot = media[index];
  const point = (on: boolean) => set({ type: "point", pointed: on ? { answer, id: action.id } : undefined });
  const Device = action.device === "mobile" ? Smartphone : Monitor;
  return (
    <li
      onPointerEnter={() => point(true)}
      onPointerLeave={() => point(false)}
      className={clsx("flex gap-3 rounded-2xl border bg-surface p-3 transition-colors", isPointed ? "border-accent bg-accent-soft" : "border-line")}
    >
      {screenshot && (
        <button
          type="button"
          aria-label={t("show", { number })}
          onClick={() => {
            set({ type: "show", focus: { kind: "medium", media, index, answer } });
            point(true);
          }}
          onFocus={() => point(true)}
          onBlur={() => point(false)}
          className="relative h-fit shrink-0 overflow-hidden rounded-lg border border-line"
        >
          <img src={mediaUrl(screenshot.id)} alt="" className="max-h-36 max-w-24 object-contain sm:max-h-44 sm:max-w-32" />
          <AgentOverlay actions={[action]} size={screenshot.info} thumbnail />
        </button>
      )}
      <div className="grid min-w-0 grow content-start gap-1.5">
        <p className="flex items-center gap-1.5 text-xs text-muted">
          <Device aria-hidden className="size-3.5" />
          {t(action.device, { number })}
        </p>
        <p className="font-medium wrap-anywhere">{words}</p>
        {action.thought !== "" && <p className="text-sm wrap-anywhere whitespace-pre-line text-muted">{action.thought}</p>}
      </div>
    </li>
  );
}

/** A step in plain words: what the agent calls it itself, where it says so and its kind is not known. */
export function useActionWords(): (action: AgentAction) => React.ReactNode {
  const t = useTranslations("agents.words");
  const words = (plain: PlainAction) => {
    switch (plain.name) {
      case "tap":
      case "click":
      case "rightClick":
      case "middleClick":
      case "doubleClick":
      case "tripleClick":
      case "move":
      case "drag":
        return t(plain.name);
      case "hold":
      case "wait":
        return t(plain.name, { seconds: plain.seconds === "" ? "none" : plain.seconds });
      case "swipe":
      case "scroll":
        return t(plain.name, { direction: plain.direction });
      case "type":
      case "answer":
      case "open":
        return t(plain.name, { text: plain.text });
      case "button":
        return t("button", { button: plain.button });
      case "ended":
        return t(plain.status);
      case "unknown":
        return plain.action;
      case "keys":
        return t.rich("keys", { keys: () => <Keys keys={plain.keys} /> });
    }
  };
  return (action) => words(plainAction(action));
}

function Keys({ keys }: { keys: readonly string[] }) {
  return (
    <span className="inline-flex flex-wrap gap-1 align-middle">
      {keys.map((key, index) => (
        <kbd key={index} className="rounded-md border border-line-strong bg-sunken px-1.5 font-mono text-[0.85em]">
          {key}
        </kbd>
      ))}
    </span>
  );
}
