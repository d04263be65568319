"use client";

import { useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { useChat, useConversationSettings } from "../chat/Sessions.tsx";
import { ActionButton } from "../composer/ActionButton.tsx";
import { InputDialog } from "../composer/InputDialog.tsx";
import { CodeText } from "../markdown/CodeText.tsx";
import { useEngine, useServerConfig } from "../model/useServer.tsx";
import { toRequest, type AskedTurn } from "../settings/request.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import { Segments } from "../ui/Segments.tsx";
import { toApiRequest } from "./apiRequest.ts";
import { codeFor, codeLanguages, type CodeLanguage } from "./code.ts";

const names: Record<CodeLanguage, string> = { curl: "curl", python: "Python", javascript: "JavaScript" };

/** The conversation and its settings as programs that ask the same of this server. */
export function ApiDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("api");
  const locale = useLocale();
  const [language, setLanguage] = useState<CodeLanguage>("curl");
  const config = useServerConfig();
  const engine = useEngine();
  const settings = useConversationSettings();
  const turns = useChat((state) => state.turns);
  const info = engine?.state === "ready" ? engine.info : undefined;
  const question = turns.findLastIndex(({ role }) => role === "user");
  const asked: readonly AskedTurn[] = question < 0 ? [{ role: "user", text: t("example"), media: [] }] : turns.slice(0, question + 1);
  const media = new Map(asked.flatMap((turn) => (turn.role === "user" ? turn.media.map((medium) => [medium.id, medium] as const) : [])));
  const request = toApiRequest(toRequest(asked, settings, info?.media), { model: info?.name ?? "default", media });
  const closed = config?.account !== undefined;
  const code = codeFor(language, request, { origin: window.location.origin, key: closed ? "YOUR_API_KEY" : undefined });
  return (
    <InputDialog wide title={t("title")} onClose={onClose} actions={<ActionButton onClick={onClose}>{t("done")}</ActionButton>}>
      <p className="text-sm text-muted">{t(question < 0 ? "hintEmpty" : "hint")}</p>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Segments label={t("languages")} value={language} onChange={setLanguage} segments={codeLanguages.map((value) => ({ value, label: names[value] }))} />
        <CopyButton label={t("copy", { language: names[language] })} text={() => code} />
      </div>
      <pre
        // Scrolls by keys too.
        tabIndex={0}
        role="region"
        aria-label={t("code", { language: names[language] })}
        className="max-h-[50dvh] overflow-auto rounded-2xl border border-line bg-canvas p-4 font-mono text-xs leading-relaxed"
      >
        <CodeText key={language} language={language === "curl" ? "bash" : language} source={code} marks={[]} partial={false} />
      </pre>
      <ul className="list-disc space-y-1 pl-5 text-sm text-muted">
        {media.size > 0 && <li>{t("files")}</li>}
        <li>{t(closed ? "keyNeeded" : "keyFree")}</li>
        <li>
          {t.rich("reference", {
            link: (chunks) => (
              <a href="/openapi.json" hrefLang={locale} target="_blank" rel="noreferrer" className="text-accent underline underline-offset-2">
                {chunks}
              </a>
            ),
          })}
        </li>
      </ul>
    </InputDialog>
  );
}
