"use client";

import clsx from "clsx";
import { memo, useEffect, useRef } from "react";
import { useTranslations } from "use-intl";
import { useFocus } from "../viewer/FocusProvider.tsx";
import { attributeKeys, classKey, placeText, type MarkClass } from "./classes.ts";
import { ClassName, Swatch } from "./Legend.tsx";
import type { Mark } from "./types.ts";
import { usePointing } from "./usePointing.ts";

export interface MarkTableProps {
  answer: string;
  marks: readonly Mark[];
  classes: ReadonlyMap<string, MarkClass>;
  numbers: ReadonlyMap<string, number>;
  onOpen: (id: string) => void;
  /** Whether a row comes into sight when its mark is pointed at elsewhere. */
  follow: boolean;
  className?: string;
}

/** Marks as rows, one column for each attribute: what is seen on the picture, in words. Rows, marks and words light up together. */
export const MarkTable = memo(function MarkTable({ answer, marks, classes, numbers, onOpen, follow, className }: MarkTableProps) {
  const t = useTranslations("results");
  const { handlers } = usePointing(answer);
  const keys = attributeKeys(marks);
  const timed = marks.some(({ time }) => time !== undefined);
  return (
    // An answer may hold several: only the viewer's is a landmark.
    <div role={follow ? "region" : "group"} aria-label={t("table")} tabIndex={0} className={clsx("overflow-auto -outline-offset-2", className)}>
      <table className="w-full text-left text-sm tabular-nums">
        <caption className="sr-only">{t("tableCaption")}</caption>
        <thead className="sticky top-0 z-1 bg-sunken text-xs text-muted">
          <tr>
            <th scope="col" className="px-3 py-1.5 font-medium">{t("number")}</th>
            <th scope="col" className="px-3 py-1.5 font-medium">{t("name")}</th>
            {timed && <th scope="col" className="px-3 py-1.5 font-medium">{t("time")}</th>}
            {keys.map((key) => (
              <th key={key} scope="col" className="px-3 py-1.5 font-medium">{key}</th>
            ))}
            <th scope="col" className="px-3 py-1.5 font-medium" title={t("placeHint")}>{t("place")}</th>
          </tr>
        </thead>
        <tbody {...handlers}>
          {marks.map((mark, index) => (
            <Row key={mark.id} answer={answer} mark={mark} entry={classes.get(classKey(mark))} number={numbers.get(mark.id) ?? index + 1} columns={keys} timed={timed} onOpen={onOpen} follow={follow} />
          ))}
        </tbody>
      </table>
    </div>
  );
});

interface RowProps {
  answer: string;
  mark: Mark;
  entry: MarkClass | undefined;
  number: number;
  columns: readonly string[];
  timed: boolean;
  onOpen: (id: string) => void;
  follow: boolean;
}

const Row = memo(
  function Row({ answer, mark, entry, number, columns, timed, onOpen, follow }: RowProps) {
    const t = useTranslations("results");
    const lit = useFocus(({ pointed }) => pointed?.answer === answer && pointed.id === mark.id);
    const row = useRef<HTMLTableRowElement>(null);
    useEffect(() => {
      const element = row.current;
      if (lit && follow && element && !element.matches(":hover, :focus-within")) element.scrollIntoView({ block: "nearest" });
    }, [lit, follow]);
    const name = mark.label !== "" ? mark.label : undefined;
    return (
      <tr ref={row} data-mark={mark.id} data-lit={lit || undefined} className={clsx("border-t border-line", lit && "lit")}>
        <td className="px-3 py-1 align-middle text-muted">{number}</td>
        <th scope="row" className="bg-transparent px-3 py-1 align-middle font-normal whitespace-normal">
          <button type="button" onClick={() => onOpen(mark.id)} className="flex min-h-11 max-w-80 items-center gap-2 text-left wrap-anywhere md:min-h-7">
            {entry && <Swatch color={entry.color} />}
            {name ?? <span className="text-muted">{entry ? <ClassName entry={entry} /> : t("unnamed")}</span>}
          </button>
        </th>
        {timed && <td className="px-3 py-1 align-middle">{mark.time === undefined ? "" : t("seconds", { time: mark.time })}</td>}
        {columns.map((key) => (
          <td key={key} className="max-w-80 px-3 py-1 align-middle wrap-anywhere">{mark.attributes.find((attribute) => attribute.key === key)?.value ?? ""}</td>
        ))}
        <td className="px-3 py-1 align-middle whitespace-nowrap text-muted">{placeText(mark)}</td>
      </tr>
    );
  },
  // While the answer grows its marks are read anew, and are most often the same.
  (a, b) =>
    a.answer === b.answer &&
    a.number === b.number &&
    a.timed === b.timed &&
    a.onOpen === b.onOpen &&
    a.follow === b.follow &&
    a.entry?.color === b.entry?.color &&
    a.mark.id === b.mark.id &&
    a.mark.label === b.mark.label &&
    placeText(a.mark) === placeText(b.mark) &&
    a.columns.join("\n") === b.columns.join("\n") &&
    a.mark.attributes.map(({ value }) => value).join("\n") === b.mark.attributes.map(({ value }) => value).join("\n"),
);
