"use client";

import clsx from "clsx";
import { RefreshCw, RotateCw, TextCursorInput, X } from "lucide-react";
import type { ReactNode } from "react";
import { useLocale, useTranslations } from "use-intl";
import { useErrorText } from "../i18n/LanguageProvider.tsx";
import { formatPercent } from "../i18n/format.ts";
import { ProgressBar } from "../ui/ProgressBar.tsx";
import { AttachmentFacts, Provenance } from "./AttachmentFacts.tsx";
import { AttachmentThumbnail } from "./AttachmentThumbnail.tsx";
import type { Attachment } from "./draft.ts";
import type { ReorderHandle } from "./useReorder.ts";

export interface AttachmentCardProps {
  attachment: Attachment;
  /** Its place, from 1, among `count`. */
  number: number;
  count: number;
  dragged: boolean;
  handle: ReorderHandle;
  onReplace: () => void;
  onRemove: () => void;
  onRetry: () => void;
  onUnfold: () => void;
}

/** One attachment of the draft: what it is, how far its upload is, what it will cost. */
export function AttachmentCard({ attachment, number, count, dragged, handle, ...actions }: AttachmentCardProps) {
  const t = useTranslations("media");
  const input = useTranslations("input");
  const { name, state, origin } = attachment;
  return (
    <li
      className={clsx(
        "relative flex animate-appear gap-3 rounded-xl border bg-canvas p-2 pr-9",
        dragged ? "z-10 border-accent shadow-lg" : "border-line",
      )}
    >
      <div className="relative shrink-0 self-start">
        <AttachmentThumbnail attachment={attachment} />
        {count > 1 && (
          <button
            type="button"
            aria-label={input("moveHandle", { name, number, count })}
            title={input("moveHint")}
            {...handle}
            className="absolute -top-1 -left-1 grid size-11 cursor-grab! touch-none place-items-start rounded-lg active:cursor-grabbing! md:size-14"
          >
            <span className="m-0.5 min-w-5 rounded-full bg-ink px-1 text-center text-xs leading-5 font-medium text-canvas tabular-nums">{number}</span>
          </button>
        )}
      </div>
      <div className="min-w-0 grow self-center text-xs text-muted">
        <p className="truncate text-[0.8125rem] font-medium text-ink" title={name}>
          {name}
        </p>
        {origin && <Provenance origin={origin} />}
        <State attachment={attachment} {...actions} />
      </div>
      <div className="absolute top-0 right-0 grid">
        <CardButton label={t(state === "uploading" ? "cancel" : "remove", { name })} onClick={actions.onRemove}>
          <X aria-hidden className="size-4" />
        </CardButton>
        {state === "ready" && (
          <CardButton label={input("replace", { name })} onClick={actions.onReplace}>
            <RefreshCw aria-hidden className="size-3.5" />
          </CardButton>
        )}
      </div>
    </li>
  );
}

function CardButton({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" aria-label={label} title={label} onClick={onClick} className="grid size-11 place-items-center rounded-full text-muted hover:text-ink md:size-8">
      {children}
    </button>
  );
}

function State({ attachment, onRetry, onUnfold }: Pick<AttachmentCardProps, "attachment" | "onRetry" | "onUnfold">) {
  switch (attachment.state) {
    case "uploading":
      return <Uploading attachment={attachment} />;
    case "failed":
      return <FailedUpload attachment={attachment} onRetry={onRetry} />;
    case "ready":
      return <AttachmentFacts attachment={attachment.key} media={attachment.media} />;
    case "text":
      return <TextFacts name={attachment.name} text={attachment.text} onUnfold={onUnfold} />;
  }
}

type In<State extends Attachment["state"]> = Extract<Attachment, { state: State }>;

function Uploading({ attachment: { name, source, progress } }: { attachment: In<"uploading"> }) {
  const t = useTranslations("media");
  const input = useTranslations("input");
  const locale = useLocale();
  if (progress === undefined) return <p className="mt-1 animate-breathe">{input(source.kind === "address" ? "fetching" : "waitingTurn")}</p>;
  return (
    <>
      <ProgressBar fraction={progress} label={t("uploading", { name })} className="mt-1.5" />
      <p className="mt-1 tabular-nums">{progress < 1 ? formatPercent(locale, progress) : t("checking")}</p>
    </>
  );
}

function FailedUpload({ attachment, onRetry }: { attachment: In<"failed">; onRetry: () => void }) {
  const t = useTranslations("media");
  const chat = useTranslations("chat");
  const { cause, action } = useErrorText()(attachment.error);
  return (
    <div role="alert" className="text-danger">
      <p>{cause}</p>
      <p className="text-muted">{action}</p>
      <button
        type="button"
        aria-label={t("retry", { name: attachment.name })}
        onClick={onRetry}
        className="mt-1 inline-flex min-h-11 items-center gap-1 font-medium underline underline-offset-2 md:min-h-8"
      >
        <RotateCw aria-hidden className="size-3.5" /> {chat("retry")}
      </button>
    </div>
  );
}

function TextFacts({ name, text, onUnfold }: { name: string; text: string; onUnfold: () => void }) {
  const t = useTranslations("input");
  return (
    <>
      <p className="line-clamp-2 wrap-anywhere">{text.slice(0, 200)}</p>
      <p className="tabular-nums">
        {t("textFacts", { characters: text.length })} · {t("readFirst")}
      </p>
      <button
        type="button"
        aria-label={t("textUnfold", { name })}
        onClick={onUnfold}
        className="inline-flex min-h-11 items-center gap-1 font-medium text-ink underline underline-offset-2 md:min-h-8"
      >
        <TextCursorInput aria-hidden className="size-3.5" /> {t("textUnfoldShort")}
      </button>
    </>
  );
}
