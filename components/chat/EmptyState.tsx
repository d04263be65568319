"use client";

import { useLocale, useTranslations } from "use-intl";
import { useEngine } from "../model/useServer.tsx";
import { useDraft } from "./Sessions.tsx";
import { pictureUrl, startersFor } from "./starters.ts";
import { useStarter } from "./useStarter.ts";

/** What the page shows before the first message: an invitation, and examples that work with the model that runs. */
export function EmptyState() {
  const t = useTranslations("empty");
  const locale = useLocale();
  const ask = useStarter();
  const engine = useEngine();
  const attached = useDraft((draft) => draft.attachments.length > 0);
  const embedded = engine?.state === "ready" && engine.info.embedded;
  return (
    <div className="mx-auto grid w-full max-w-2xl animate-appear content-center gap-8 px-5 py-10 sm:px-6">
      <div className="grid gap-2 text-center">
        <h1 className="text-3xl font-semibold tracking-tight text-balance sm:text-4xl">{t("title")}</h1>
        <p className="text-balance text-muted">{t("intro")}</p>
      </div>
      {/* They would be added to what the reader has chosen. */}
      <div className="grid gap-3" hidden={attached}>
        <p className="text-center text-sm text-muted">{t(embedded ? "embeddedHint" : "examples")}</p>
        <ul className="grid gap-3 sm:grid-cols-2">
          {startersFor(locale).map((starter) => (
            <li key={starter.question}>
              <button
                type="button"
                aria-label={t("starterLabel", { question: t(`starters.${starter.question}`) })}
                onClick={() => ask(starter)}
                className="flex w-full items-center gap-3 rounded-2xl border border-line bg-surface p-2.5 text-left transition-colors hover:border-accent hover:bg-accent-soft"
              >
                <span className="flex shrink-0 gap-1">
                  {starter.pictures.map((picture) => (
                    <img key={picture} src={pictureUrl(picture)} alt="" width={56} height={56} className="size-14 rounded-xl border border-line bg-white" />
                  ))}
                </span>
                <span className="text-sm leading-snug">{t(`starters.${starter.question}`)}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
