"use client";

import { useTranslations } from "use-intl";
import type { Hit } from "./search.ts";

/** The conversations in which something was found, each with the place. */
export function SearchHits({ hits, onOpen }: { hits: readonly Hit[]; onOpen: (id: string, turn?: string) => void }) {
  const t = useTranslations("conversations");
  return (
    <>
      <p role="status" className="px-3 pt-1 pb-2 text-xs text-muted">
        {t("hits", { count: hits.length })}
      </p>
      <ul aria-label={t("results")}>
        {hits.map(({ conversation, found }) => (
          <li key={conversation.id}>
            <button
              type="button"
              data-conversation
              onClick={() => onOpen(conversation.id, found?.turn)}
              className="block min-h-11 w-full rounded-xl px-3 py-2 text-left text-sm hover:bg-sunken focus-visible:-outline-offset-2"
            >
              <span className="block truncate">{conversation.title}</span>
              {found && (
                <span className="line-clamp-2 text-xs text-muted wrap-anywhere">
                  {found.before}
                  <mark className="rounded-sm bg-accent-soft text-ink">{found.match}</mark>
                  {found.after}
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
