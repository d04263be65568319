"use client";

import { useLayoutEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { useSessions } from "./Sessions.tsx";
import type { AssistantTurn } from "./turns.ts";

/** The text of an answer as it was written, to be changed; what comes of it stands beside the answer. */
export function AnswerEditor({ turn, onClose }: { turn: AssistantTurn; onClose: () => void }) {
  const t = useTranslations("chat");
  const { chat } = useSessions();
  const [text, setText] = useState(turn.text);
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    box.current?.focus();
  }, []);
  const empty = text.trim() === "";
  const save = () => {
    if (empty) return;
    if (text !== turn.text) chat.editAnswer(turn.id, text);
    onClose();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
        else if (event.key === "Escape" && !event.nativeEvent.isComposing) onClose();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
      className="grid gap-2"
    >
      <textarea
        ref={box}
        value={text}
        aria-label={t("editAnswer")}
        onChange={(event) => setText(event.target.value)}
        className="field-sizing-content max-h-[60dvh] min-h-24 w-full resize-y rounded-2xl border border-line-strong bg-surface px-4 py-3 font-mono text-sm leading-6"
      />
      <div className="flex justify-end gap-2">
        <button type="button" onClick={onClose} className="min-h-11 rounded-full px-4 text-sm font-medium hover:bg-sunken md:min-h-9">
          {t("cancel")}
        </button>
        <button
          type="submit"
          disabled={empty}
          className="min-h-11 rounded-full bg-accent px-4 text-sm font-medium text-on-accent hover:bg-accent-strong disabled:opacity-40 md:min-h-9"
        >
          {t("saveAsVersion")}
        </button>
      </div>
    </form>
  );
}
