"use client";

import clsx from "clsx";
import { useTranslations } from "use-intl";
import { mediaUrl, posterUrl } from "../media/upload.ts";
import type { Focus } from "../viewer/focus.ts";
import { useSetFocus } from "../viewer/FocusProvider.tsx";
import type { Mark } from "./types.ts";

/** All pictures and clips of the question, each with the count of its marks. */
export function PictureTabs({ focus, marks }: { focus: Extract<Focus, { kind: "medium" }>; marks: readonly Mark[] }) {
  const t = useTranslations("results");
  const setFocus = useSetFocus();
  return (
    <ul aria-label={t("pictures")} className="flex shrink-0 gap-2 overflow-x-auto border-b border-line px-3 py-2">
      {focus.media.map(({ id, name, info }, index) => {
        const count = marks.filter(({ medium }) => medium === index).length;
        const current = index === focus.index;
        return (
          <li key={index} className="shrink-0">
            <button
              type="button"
              aria-label={t("pictureTab", { name, count })}
              aria-current={current}
              onClick={() => setFocus({ type: "show", focus: { ...focus, index } })}
              className={clsx("relative block overflow-hidden rounded-lg border-2", current ? "border-accent" : "border-transparent hover:border-line-strong")}
            >
              <img src={info.kind === "video" ? posterUrl(id) : mediaUrl(id)} alt="" loading="lazy" className="h-12 w-16 bg-sunken object-cover" />
              {count > 0 && <span className="absolute right-0.5 bottom-0.5 rounded-full bg-accent px-1.5 text-[0.6875rem] leading-4 font-semibold text-on-accent tabular-nums">{count}</span>}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
