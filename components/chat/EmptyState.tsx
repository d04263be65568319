"use client";

import { useState } from "react";
import { useTranslations } from "use-intl";
import { Gallery } from "../gallery/Gallery.tsx";
import { useExample, type TryExample } from "../gallery/useExample.ts";
import { useEngine } from "../model/useServer.tsx";
import { useDraft } from "./Sessions.tsx";

/** What the page shows before the first message: an invitation, and examples of what can be asked. */
export function EmptyState({ embedded }: { embedded: boolean }) {
  const t = useTranslations("empty");
  const tryExample = useExample();
  const engine = useEngine();
  const attached = useDraft((draft) => draft.attachments.length > 0);
  const [tried, setTried] = useState(false);
  const onTry: TryExample = (example, options) => {
    setTried(true);
    tryExample(example, options);
  };
  return (
    <div className="mx-auto grid w-full max-w-4xl grid-cols-[minmax(0,1fr)] content-start gap-8 px-5 py-10 sm:px-6">
      <div className="grid gap-2 text-center">
        <h1 className="text-3xl font-semibold tracking-tight text-balance sm:text-4xl">{t("title")}</h1>
        <p className="text-balance text-muted">{t("intro")}</p>
      </div>
      {/* An example would take the place of what the reader has chosen; another example may. */}
      {(!attached || tried) && <Gallery embedded={engine?.state === "ready" ? engine.info.embedded : embedded} onTry={onTry} />}
    </div>
  );
}
