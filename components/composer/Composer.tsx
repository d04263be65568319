"use client";

import clsx from "clsx";
import { ArrowUp, LoaderCircle, Square } from "lucide-react";
import { lazy, Suspense, useCallback, useRef, useState, type ComponentProps } from "react";
import { useTranslations } from "use-intl";
import { useDraft, useSessions } from "../chat/Sessions.tsx";
import { acceptedTypes } from "../media/fileCheck.ts";
import { useServerConfig } from "../model/useServer.tsx";
import { Cost } from "../settings/Cost.tsx";
import { useShortcut } from "../shell/Shortcuts.tsx";
import { AttachMenu } from "./AttachMenu.tsx";
import { canSend, isUploading, type Draft } from "./draft.ts";
import { focusMessageBox } from "./focusMessageBox.ts";
import { InputDialogs, type OpenDialog } from "./InputDialogs.tsx";
import { MessageBox } from "./MessageBox.tsx";
import { AddressOffer, EditNotice } from "./Notices.tsx";
import { mediaAddress, type Address } from "./pasted.ts";
import { pickFiles } from "./pickFiles.ts";
import { Rejections } from "./Rejections.tsx";
import { useLeaveWarning } from "./useLeaveWarning.ts";
import { useSending } from "./useSending.ts";

const AttachmentList = lazy(() => import("./AttachmentList.tsx").then((module) => ({ default: module.AttachmentList })));

export interface ComposerProps {
  input: ComponentProps<"input">;
  onPick: () => void;
  onSent: () => void;
}

const whole = (draft: Draft) => draft;

/** Where a message is written and sent. */
export function Composer({ input, onPick, onSent }: ComposerProps) {
  const { draft: session } = useSessions();
  const draft = useDraft(whole);
  const limits = useServerConfig()?.limits;
  const { send, running, blocked } = useSending(onSent);
  const stop = useStop(running);
  // The words survive, what is on its way does not.
  useLeaveWarning(isUploading(draft));
  const onChange = useCallback((text: string) => session.store.dispatch({ type: "typed", text }), [session]);
  const [dialog, setDialog] = useState<OpenDialog>();
  const [offer, setOffer] = useState<Address>();
  const form = useRef<HTMLFormElement>(null);
  const take = (files: readonly File[]) => session.take(files, limits);

  return (
    <div className="mx-auto grid w-full max-w-3xl gap-2 px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-6">
      <Rejections rejections={draft.rejections} onDismiss={() => session.store.dispatch({ type: "dismissed" })} />
      {offer && draft.text.includes(offer.url) && (
        <AddressOffer
          address={offer}
          onDismiss={() => setOffer(undefined)}
          onAttach={() => {
            onChange(draft.text.replace(offer.url, "").trim());
            session.attachAddress(offer.url);
            setOffer(undefined);
            focusMessageBox();
          }}
        />
      )}
      {draft.editing && (
        <EditNotice
          onCancel={() => {
            session.cancelEdit();
            focusMessageBox();
          }}
        />
      )}
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
        className="rounded-3xl border border-line bg-surface p-2 shadow-[0_1px_2px_rgb(0_0_0/0.04),0_8px_24px_rgb(0_0_0/0.05)] transition-colors focus-within:border-line-strong"
      >
        {draft.attachments.length > 0 && (
          <Suspense>
            <AttachmentList
              attachments={draft.attachments}
              onReplace={(key) => void pickFiles({ accept: acceptedTypes }).then((files) => session.attach(files.slice(0, 1), limits, { replaces: key }))}
              onMerge={(keys) => setDialog({ kind: "merge", keys })}
            />
          </Suspense>
        )}
        <div className="flex items-end gap-1">
          <input {...input} accept={acceptedTypes} multiple type="file" tabIndex={-1} aria-hidden data-testid="files" />
          <AttachMenu
            anchor={form}
            onFiles={onPick}
            onPhoneCamera={() => void pickFiles({ accept: "image/*,video/*", camera: true }).then(take)}
            onCamera={() => setDialog({ kind: "camera" })}
            onScreen={() => setDialog({ kind: "screen" })}
            onAddress={() => setDialog({ kind: "address" })}
            onFolder={() => void pickFiles({ folder: true }).then(take)}
          />
          <MessageBox text={draft.text} onChange={onChange} onSend={send} onPasted={(text) => setOffer(mediaAddress(text))} />
          <MainButton running={running} waiting={draft.sendWhenReady} disabled={!canSend(draft) || blocked !== undefined} onStop={stop} />
        </div>
      </form>
      <Cost />
      <Hint blocked={blocked} running={running} waiting={draft.sendWhenReady} />
      <InputDialogs draft={draft} open={dialog} onClose={() => setDialog(undefined)} />
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

/** Stops the answer: by the button, and by Esc wherever the focus is. */
function useStop(running: boolean): () => void {
  const { chat } = useSessions();
  const stop = useCallback(() => chat.stop(), [chat]);
  useShortcut("stop", running ? stop : undefined);
  return stop;
}
