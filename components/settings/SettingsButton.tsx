"use client";

import { SlidersHorizontal } from "lucide-react";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { useChat } from "../chat/Sessions.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { EntriesProvider } from "./entries.ts";
import { useSettingsSummary } from "./SettingsSummary.tsx";

const SettingsPanel = lazy(() => import("./SettingsPanel.tsx").then((module) => ({ default: module.SettingsPanel })));

/** Opens the settings of the conversation; a dot says that some are changed. */
export function SettingsButton() {
  const conversation = useChat((state) => state.current);
  return <Button key={conversation} />;
}

function Button() {
  const t = useTranslations("settings");
  const [open, setOpen] = useState(false);
  const changes = useSettingsSummary();
  const entries = useTypedEntries();
  const label = changes.length === 0 ? t("open") : t("openChanged", { changes: changes.join(", ") });
  return (
    <>
      <IconButton label={label} aria-haspopup="dialog" onClick={() => setOpen(true)} className="relative">
        <SlidersHorizontal aria-hidden />
        {changes.length > 0 && <span aria-hidden className="absolute top-2.5 right-2.5 size-2 rounded-full bg-accent ring-2 ring-canvas md:top-1.5 md:right-1.5" />}
      </IconButton>
      {open && (
        <EntriesProvider value={entries}>
          <Suspense>
            <SettingsPanel onClose={() => setOpen(false)} />
          </Suspense>
        </EntriesProvider>
      )}
    </>
  );
}

function useTypedEntries() {
  const [typed, setTyped] = useState<ReadonlyMap<string, string>>(new Map());
  const type = useCallback((field: string, text: string | undefined) => {
    setTyped((before) => {
      const after = new Map(before);
      if (text === undefined) after.delete(field);
      else after.set(field, text);
      return after;
    });
  }, []);
  return useMemo(() => ({ typed, type }), [typed, type]);
}
