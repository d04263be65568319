"use client";

import { ZoomIn } from "lucide-react";
import { useTranslations } from "use-intl";
import { BranchArrows } from "../chat/BranchArrows.tsx";
import { useReadOnly } from "../chat/Sessions.tsx";
import type { UserTurn } from "../chat/turns.ts";
import { mediaUrl } from "../media/upload.ts";
import { useSetFocus } from "../viewer/FocusProvider.tsx";
import type { ToolTurn } from "./toolTurn.ts";

/** A step of the trail: the region that the model looked at more closely, and where it lies. It joins the answers around it. */
export function ZoomStep({ turn, tool }: { turn: UserTurn; tool: ToolTurn }) {
  const t = useTranslations("zoom");
  const set = useSetFocus();
  const readOnly = useReadOnly();
  const [crop] = turn.media;
  const { x1, y1, x2, y2 } = tool.box;
  const title = t("zoomedIn", { label: tool.label === "" ? "none" : tool.label });
  return (
    <article id={`turn-${turn.id}`} aria-label={title} className="-my-4 flex scroll-my-8 items-center gap-3 border-l-2 border-accent pl-4">
      {crop && (
        <button
          type="button"
          aria-label={t("show")}
          onClick={() => set({ type: "show", focus: { kind: "medium", media: turn.media, index: 0, answer: undefined } })}
          className="shrink-0 overflow-hidden rounded-xl border border-line"
        >
          <img src={mediaUrl(crop.id)} alt={tool.label} width={crop.info.width} height={crop.info.height} className="h-auto max-h-32 w-auto max-w-48 object-contain" />
        </button>
      )}
      <div className="grid min-w-0 justify-items-start gap-1.5 text-sm">
        <p className="flex items-center gap-1.5 wrap-anywhere">
          <ZoomIn aria-hidden className="size-4 shrink-0 text-accent" />
          {title}
        </p>
        <span className="relative overflow-hidden rounded-md border border-line">
          <img src={mediaUrl(tool.source)} alt="" className="max-h-16 max-w-24 object-contain opacity-60" />
          <span
            className="absolute border-2 border-accent bg-accent/20"
            style={{ left: `${x1 * 100}%`, top: `${y1 * 100}%`, width: `${Math.max(4, (x2 - x1) * 100)}%`, height: `${Math.max(4, (y2 - y1) * 100)}%` }}
          />
        </span>
        {!readOnly && <BranchArrows turn={turn.id} />}
      </div>
    </article>
  );
}
