"use client";

import { ScanSearch } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { useTranslations } from "use-intl";
import { phone, useMediaQuery } from "../shell/useMediaQuery.ts";
import { useFocus, useSetFocus } from "../viewer/FocusProvider.tsx";
import { classesOf, type MarkClass } from "./classes.ts";
import { ClassName, Swatch } from "./Legend.tsx";
import type { Mark } from "./types.ts";
import type { AnswerResults } from "./useAnswerResults.ts";

/** Classes that the card names. */
const namedClasses = 4;

/** Under an answer with marks on pictures: what there is and where it can be seen. Opens the viewer by itself, once, when the first mark is written. */
export function ResultCard({ answer, found: { results, media }, awaited }: { answer: string; found: AnswerResults; awaited: boolean }) {
  const marks = useMemo(() => results.marks.filter(({ medium }) => media[medium]?.info.kind === "image"), [results, media]);
  const [first] = marks;
  const medium = first?.medium ?? 0;
  const setFocus = useSetFocus();
  const onPhone = useMediaQuery(phone);
  const opened = useRef(!awaited);
  useEffect(() => {
    if (first === undefined || opened.current || onPhone) return;
    opened.current = true;
    setFocus({ type: "show", focus: { kind: "medium", media, index: medium, answer } });
  }, [first, onPhone, media, medium, answer, setFocus]);
  if (first === undefined) return null;
  return <Card answer={answer} marks={marks} all={results.marks} onOpen={() => setFocus({ type: "show", focus: { kind: "medium", media, index: medium, answer } })} />;
}

function Card({ answer, marks, all, onOpen }: { answer: string; marks: readonly Mark[]; all: readonly Mark[]; onOpen: () => void }) {
  const t = useTranslations("results");
  const shown = useFocus(({ focus }) => focus?.kind === "medium" && focus.answer === answer);
  const setFocus = useSetFocus();
  const classes = useMemo(() => classesOf(marks, all), [marks, all]);
  return (
    <button
      type="button"
      data-result-card=""
      aria-pressed={shown}
      onClick={shown ? () => setFocus({ type: "close" }) : onOpen}
      className="flex min-h-12 w-full flex-wrap items-center gap-x-3 gap-y-1 rounded-xl border border-line bg-surface px-4 py-2 text-left text-sm transition-colors hover:border-line-strong aria-pressed:border-accent aria-pressed:bg-accent-soft"
    >
      <ScanSearch aria-hidden className="size-5 shrink-0 text-accent" />
      <span className="min-w-0 font-medium">{useCounts(marks, classes)}</span>
      <span className="flex min-w-0 grow flex-wrap items-center gap-x-3 text-muted">
        {classes.slice(0, namedClasses).map((entry) => (
          <span key={entry.key} className="flex max-w-40 items-center gap-1.5">
            <Swatch color={entry.color} />
            <span className="truncate">
              <ClassName entry={entry} />
            </span>
          </span>
        ))}
        {classes.length > namedClasses && <span>{t("more", { count: classes.length - namedClasses })}</span>}
      </span>
      <span className="shrink-0 text-muted">{shown ? t("shown") : t("showOnPicture")}</span>
    </button>
  );
}

const countKeys = { box: "cardBoxes", point: "cardPoints", text: "cardTexts", box3d: "cardBoxes3d" } as const;

/** "7 boxes in 3 classes, 2 points". */
function useCounts(marks: readonly Mark[], classes: readonly MarkClass[]): string {
  const t = useTranslations("results");
  const kinds = [...new Set(marks.map(({ kind }) => kind))];
  return kinds
    .map((kind) => {
      const count = marks.filter((mark) => mark.kind === kind).length;
      const ofKind = classes.filter((entry) => entry.kind === kind && entry.label !== "").length;
      return kind === "text" ? t("cardTexts", { count }) : t(countKeys[kind], { count, classes: ofKind });
    })
    .join(", ");
}
