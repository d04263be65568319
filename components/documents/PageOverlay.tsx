"use client";

import clsx from "clsx";
import { useTranslations } from "use-intl";
import type { UploadedMedia } from "../../server/protocol.ts";
import { mediaUrl } from "../media/upload.ts";
import { FoldSummary } from "../ui/FoldSummary.tsx";
import { kindColors, kindOf } from "./kinds.ts";
import type { PagePart } from "./pageParts.ts";

export interface PartsProps {
  parts: readonly PagePart[];
  lit: string | undefined;
  onPoint: (id: string | undefined) => void;
}

/** The picture of a page with a box around each of its parts. The same as a table is below it, for those who see no boxes. */
export function PageOverlay({ page, ...props }: PartsProps & { page: UploadedMedia }) {
  const t = useTranslations("documents");
  const media = useTranslations("media");
  // Parts lie within parts: the smaller ones are on top.
  const ordered = props.parts.toSorted((a, b) => area(b) - area(a));
  return (
    <div className="p-3">
      <div className="relative mx-auto w-fit max-w-full">
        <img src={mediaUrl(page.id)} alt={media("picture", { name: page.name })} className="block max-w-full rounded-sm" width={page.info.width} height={page.info.height} />
        {ordered.map((part) => (
          <Part key={part.id} part={part} lit={part.id === props.lit} onPoint={props.onPoint} />
        ))}
      </div>
      <details className="mx-auto mt-3 max-w-3xl text-sm">
        <FoldSummary className="text-muted">{t("partsTable")}</FoldSummary>
        <PartsTable {...props} />
      </details>
    </div>
  );
}

function area({ box }: PagePart): number {
  return (box.x2 - box.x1) * (box.y2 - box.y1);
}

function Part({ part: { id, kind, box }, lit, onPoint }: { part: PagePart; lit: boolean; onPoint: PartsProps["onPoint"] }) {
  const color = kindColors[kindOf(kind)];
  return (
    <div
      data-part={id}
      data-lit={lit || undefined}
      aria-hidden
      onPointerEnter={() => onPoint(id)}
      onPointerLeave={() => onPoint(undefined)}
      className="absolute rounded-xs border-2 transition-colors"
      style={{
        left: `${box.x1 * 100}%`,
        top: `${box.y1 * 100}%`,
        width: `${(box.x2 - box.x1) * 100}%`,
        height: `${(box.y2 - box.y1) * 100}%`,
        borderColor: color,
        backgroundColor: `color-mix(in srgb, ${color} ${lit ? 24 : 5}%, transparent)`,
      }}
    >
      {lit && (
        <span className="absolute bottom-full left-[-2px] z-10 rounded-t-sm px-1.5 text-xs whitespace-nowrap text-white" style={{ backgroundColor: color }}>
          {kind}
        </span>
      )}
    </div>
  );
}

function PartsTable({ parts, lit, onPoint }: PartsProps) {
  const t = useTranslations("documents");
  return (
    <table className="w-full text-left tabular-nums">
      <thead>
        <tr className="text-muted">
          <th scope="col" className="py-1.5 pr-3 font-medium">{t("kind")}</th>
          <th scope="col" className="py-1.5 font-medium">{t("place")}</th>
        </tr>
      </thead>
      <tbody>
        {parts.map(({ id, kind, box }) => (
          <tr key={id} onPointerEnter={() => onPoint(id)} onPointerLeave={() => onPoint(undefined)} className={clsx("border-t border-line", id === lit && "bg-accent-soft")}>
            <th scope="row" className="py-1.5 pr-3 font-normal">
              <span aria-hidden className="mr-2 inline-block size-2.5 rounded-xs" style={{ backgroundColor: kindColors[kindOf(kind)] }} />
              {t(`kinds.${kindOf(kind)}`)} <span className="text-muted">{kind}</span>
            </th>
            <td className="py-1.5">{[box.x1, box.y1, box.x2, box.y2].map((side) => Math.round(side * 1000)).join(", ")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
