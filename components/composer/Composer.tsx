"use client";

import clsx from "clsx";
import { ArrowUp, LoaderCircle, Paperclip, Square } from "lucide-react";
import { useCallback, useEffect, type ComponentProps } from "react";
import { useLocale, useTranslations } from "use-intl";
import { useChat, useDraft, useSessions } from "../chat/Sessions.tsx";
import { runningAnswer } from "../chat/turns.ts";
import { formatCount } from "../i18n/format.ts";
import { acceptedTypes } from "../media/fileCheck.ts";
import { useServerConfig } from "../model/useServer.tsx";
import { useShortcut } from "../shell/Shortcuts.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { AttachmentCard } from "./AttachmentCard.tsx";
import { canSend, isUploading, readyMedia } from "./draft.ts";
import { focusMessageBox } from "./focusMessageBox.ts";
import { MessageBox } from "./MessageBox.tsx";
import { Rejections } from "./Rejections.tsx";

export interface ComposerProps {
  input: ComponentProps<"input">;
  onPick: () => void;
  onSent: () => void;
}

const whole = <Value,>(value: Value) => value;

/** Where a message is written and sent. */
export function Composer({ input, onPick, onSent }: ComposerProps) {
  const t = useTranslations("composer");
  const { draft: session } = useSessions();
  const draft = useDraft(whole);
  const { send, running, blocked } = useSending(onSent);
  const stop = useStop(running);
  const onChange = useCallback((text: string) => session.store.dispatch({ type: "typed", text }), [session]);

  return (
    <div className="mx-auto grid w-full max-w-3xl gap-2 px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-6">
      <Rejections rejections={draft.rejections} onDismiss={() => session.store.dispatch({ type: "dismissed" })} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
        className="rounded-3xl border border-line bg-surface p-2 shadow-[0_1px_2px_rgb(0_0_0/0.04),0_8px_24px_rgb(0_0_0/0.05)] transition-colors focus-within:border-line-strong"
      >
        {draft.attachments.length > 0 && (
          <ul aria-label={t("attachments")} className="flex max-h-[35dvh] flex-wrap gap-2 overflow-y-auto p-1 pb-2">
            {draft.attachments.map((attachment) => (
              <AttachmentCard
                key={attachment.key}
                attachment={attachment}
                onRemove={() => {
                  session.remove(attachment.key);
                  focusMessageBox();
                }}
                onRetry={() => session.retry(attachment.key)}
              />
            ))}
          </ul>
        )}
        <div className="flex items-end gap-1">
          <input {...input} accept={acceptedTypes} multiple type="file" tabIndex={-1} aria-hidden data-testid="files" />
          <IconButton label={t("attach")} onClick={onPick} className="md:size-11">
            <Paperclip aria-hidden />
          </IconButton>
          <MessageBox text={draft.text} onChange={onChange} onSend={send} />
          <MainButton running={running} waiting={draft.sendWhenReady} disabled={!canSend(draft) || blocked !== undefined} onStop={stop} />
        </div>
      </form>
      <Hint blocked={blocked} running={running} waiting={draft.sendWhenReady} />
    </div>
  );
}

interface MainButtonProps {
  running: boolean;
  waiting: boolean;
  /** Of sending; stopping is always possible. */
  disabled: boolean;
  onStop: () => void;
}

/** Sends, and while an answer is made stops it: one element, so that the focus stays where it is. */
function MainButton({ running, waiting, disabled, onStop }: MainButtonProps) {
  const t = useTranslations("composer");
  const label = t(running ? "stop" : "send");
  return (
    <button
      type={running ? "button" : "submit"}
      aria-label={label}
      title={label}
      disabled={!running && disabled}
      onClick={(event) => {
        // The second click of a double click on "Send" is none on "Stop".
        if (running && event.detail < 2) onStop();
      }}
      className={clsx(
        "grid size-11 shrink-0 place-items-center rounded-full transition-colors disabled:bg-sunken disabled:text-muted",
        running ? "bg-ink text-canvas hover:opacity-85" : "bg-accent text-on-accent hover:bg-accent-strong",
      )}
    >
      {running ? (
        <Square aria-hidden className="size-4 fill-current" />
      ) : waiting ? (
        <LoaderCircle aria-hidden className="size-5 animate-spin" />
      ) : (
        <ArrowUp aria-hidden className="size-5" />
      )}
    </button>
  );
}

function Hint({ blocked, running, waiting }: { blocked: string | undefined; running: boolean; waiting: boolean }) {
  const t = useTranslations("composer");
  if (blocked !== undefined) {
    return (
      <p role="alert" className="text-center text-xs text-danger">
        {blocked}
      </p>
    );
  }
  if (waiting) {
    return (
      <p role="status" className="text-center text-xs text-muted">
        {t("sendWaits")}
      </p>
    );
  }
  return <p className="hidden text-center text-xs text-muted md:block">{t(running ? "hintRunning" : "hint")}</p>;
}

/** Sends the draft, at once or as soon as its uploads are done; `blocked` says why it can't be sent as it is. */
function useSending(onSent: () => void) {
  const t = useTranslations("composer");
  const locale = useLocale();
  const { chat, draft: session } = useSessions();
  const draft = useDraft(whole);
  const turns = useChat((state) => state.turns);
  const limits = useServerConfig()?.limits;
  const running = runningAnswer(turns) !== undefined;
  const uploading = isUploading(draft);

  let blocked: string | undefined;
  if (limits && draft.text.length > limits.textCharacters) {
    blocked = t("tooLong", { count: formatCount(locale, draft.text.length), limit: formatCount(locale, limits.textCharacters) });
  } else if (limits && draft.attachments.length > limits.mediaPerRequest) {
    blocked = t("tooMany", { limit: formatCount(locale, limits.mediaPerRequest) });
  }

  const ready = canSend(draft) && !running && blocked === undefined;
  const send = useCallback(() => {
    if (!ready) return;
    if (uploading) { session.store.dispatch({ type: "send-asked", wanted: true }); return; }
    const { text } = draft;
    const media = readyMedia(draft);
    session.store.dispatch({ type: "sent" });
    chat.send(text.trim(), media);
    onSent();
  }, [ready, uploading, draft, session, chat, onSent]);

  useEffect(() => {
    if (draft.sendWhenReady && !uploading) send();
  }, [draft.sendWhenReady, uploading, send]);

  return { send, running, blocked };
}

/** Stops the answer: by the button, and by Esc wherever the focus is. */
function useStop(running: boolean): () => void {
  const { chat } = useSessions();
  const stop = useCallback(() => chat.stop(), [chat]);
  useShortcut("stop", running ? stop : undefined);
  return stop;
}
