"use client";

import { ChevronLeft, ChevronRight, X } from "lucide-react";
import { lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import { IconButton } from "../ui/IconButton.tsx";
import type { Focus } from "./focus.ts";
import { useSetFocus } from "./FocusProvider.tsx";
import { ViewerBoundary } from "./ViewerBoundary.tsx";

const AnswerDocument = lazy(() => import("../documents/AnswerDocument.tsx"));
const AnswerPreview = lazy(() => import("../preview/AnswerPreview.tsx"));
const PictureViewer = lazy(() => import("../results/PictureViewer.tsx"));
const ClipViewer = lazy(() => import("../clips/ClipViewer.tsx"));

/** A line that says what is shown, and below it the viewer of its kind, which is loaded when it is first used. */
export function ViewerContent({ focus, onClose }: { focus: Focus; onClose: () => void }) {
  const t = useTranslations("viewer");
  return (
    <div className="flex h-full flex-col">
      <div className="flex h-14 shrink-0 items-center gap-1 border-b border-line pr-2 pl-4 max-md:h-12">
        <h2 className="min-w-0 truncate text-sm font-medium">{useTitle(focus)}</h2>
        {focus.kind === "medium" && focus.media.length > 1 && <Steps focus={focus} />}
        <IconButton label={t("close")} onClick={onClose} className="ml-auto">
          <X aria-hidden />
        </IconButton>
      </div>
      <div className="min-h-0 grow">
        <ViewerBoundary key={focusKey(focus)}>
          <Suspense fallback={<p className="grid h-full animate-appear place-items-center text-sm text-muted">{t("loading")}</p>}>
            <Body focus={focus} />
          </Suspense>
        </ViewerBoundary>
      </div>
    </div>
  );
}

function Body({ focus }: { focus: Focus }) {
  switch (focus.kind) {
    case "medium": {
      const medium = focus.media[focus.index];
      if (!medium) return null;
      return medium.info.kind === "video" ? <ClipViewer medium={medium} index={focus.index} answer={focus.answer} /> : <PictureViewer focus={focus} />;
    }
    case "document":
      return <AnswerDocument focus={focus} />;
    case "preview":
      return <AnswerPreview focus={focus} />;
  }
}

function useTitle(focus: Focus): string {
  const t = useTranslations("viewer");
  switch (focus.kind) {
    case "medium":
      return focus.media[focus.index]?.name ?? "";
    case "document":
      return t("document");
    case "preview":
      return t("preview");
  }
}

/** What a fault of one viewer must not outlive. */
function focusKey(focus: Focus): string {
  return focus.kind === "medium" ? `medium ${focus.media[focus.index]?.id}` : `${focus.kind} ${focus.answer}`;
}

/** From one picture or clip of the message to the next. */
function Steps({ focus }: { focus: Extract<Focus, { kind: "medium" }> }) {
  const t = useTranslations("viewer");
  const set = useSetFocus();
  const { index, media } = focus;
  const go = (to: number) => set({ type: "show", focus: { ...focus, index: to } });
  return (
    <div className="flex shrink-0 items-center text-sm text-muted tabular-nums">
      <IconButton label={t("previous")} disabled={index === 0} onClick={() => go(index - 1)}>
        <ChevronLeft aria-hidden />
      </IconButton>
      <span>{t("position", { number: index + 1, count: media.length })}</span>
      <IconButton label={t("next")} disabled={index === media.length - 1} onClick={() => go(index + 1)}>
        <ChevronRight aria-hidden />
      </IconButton>
    </div>
  );
}
