"use client";

import clsx from "clsx";
import { useId, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { ExampleCard } from "./ExampleCard.tsx";
import { sectionsOf, type Category, type Section } from "./examples.ts";
import type { TryExample } from "./useExample.ts";

/** An example for each thing that the model can do, by kind; what the embedded model can answer comes first where it runs. */
export function Gallery({ embedded, onTry }: { embedded: boolean; onTry: TryExample }) {
  const t = useTranslations("gallery");
  const locale = useLocale();
  const [chosen, setChosen] = useState<Category>();
  const sections = sectionsOf(locale, embedded);
  const shown = sections.filter(({ category }) => chosen === undefined || category === chosen);
  return (
    <section aria-label={t("label")} className="grid grid-cols-[minmax(0,1fr)] gap-8">
      <div role="group" aria-label={t("filter")} className="flex gap-1.5 max-sm:-mx-5 max-sm:overflow-x-auto max-sm:px-5 max-sm:py-1 max-sm:[scrollbar-width:none] sm:flex-wrap sm:justify-center">
        <Filter label={t("all")} on={chosen === undefined} onClick={() => setChosen(undefined)} />
        {sections.map(({ category }) => (
          <Filter key={category} label={t(`categories.${category}`)} on={chosen === category} onClick={() => setChosen(chosen === category ? undefined : category)} />
        ))}
      </div>
      {shown.map((section) => (
        <ExampleSection key={section.category} section={section} embedded={embedded} onTry={onTry} />
      ))}
      <p className="text-center text-xs text-muted">{t("drawn")}</p>
    </section>
  );
}

interface SectionProps {
  section: Section;
  embedded: boolean;
  onTry: TryExample;
}

function ExampleSection({ section: { category, examples }, embedded, onTry }: SectionProps) {
  const t = useTranslations("gallery");
  const id = useId();
  const isDemo = examples[0]?.demo !== undefined;
  return (
    <section aria-labelledby={id} className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 id={id} className="font-semibold">
          {t(`categories.${category}`)}
        </h2>
        {embedded && <p className={clsx("text-sm", isDemo ? "text-accent" : "text-muted")}>{t(isDemo ? "demo" : "real")}</p>}
      </div>
      <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-4">
        {examples.map((example) => (
          <ExampleCard key={example.id} example={example} onTry={onTry} />
        ))}
      </ul>
    </section>
  );
}

function Filter({ label, on, onClick }: { label: string; on: boolean; onClick: () => void }) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={onClick}
      className={clsx(
        "min-h-11 shrink-0 rounded-full border px-4 text-sm transition-colors md:min-h-8 md:px-3",
        on ? "border-accent bg-accent-soft text-ink" : "border-line text-muted hover:border-line-strong hover:text-ink",
      )}
    >
      {label}
    </button>
  );
}
