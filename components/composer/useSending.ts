import { useCallback, useEffect } from "react";
import { useLocale, useTranslations } from "use-intl";
import { useChat, useDraft, useSessions } from "../chat/Sessions.tsx";
import { isAnswering } from "../chat/turns.ts";
import { formatCount } from "../i18n/format.ts";
import { useServerConfig } from "../model/useServer.tsx";
import { useMediaPixels } from "../settings/useMediaPixels.ts";
import { attachedTexts, canSend, contentToSend, isUploading, type Draft } from "./draft.ts";

const whole = (draft: Draft) => draft;

/**
 * Sends the draft, or the changed message, at once or as soon as its uploads are done; `blocked` says why it can't be sent
 * as it is.
 */
export function useSending(onSent: () => void) {
  const { chat, draft: session } = useSessions();
  const draft = useDraft(whole);
  const blocked = useBlocked(draft);
  const running = useChat((state) => isAnswering(state.turns));
  const uploading = isUploading(draft);

  const ready = canSend(draft) && !running && blocked === undefined;
  const send = useCallback(() => {
    if (!ready) return;
    if (uploading) { session.store.dispatch({ type: "send-asked", wanted: true }); return; }
    const { editing } = draft;
    const content = contentToSend(draft);
    session.store.dispatch({ type: "sent" });
    if (editing) chat.editQuestion(editing.turn, content);
    else chat.send(content.text, content.media, content.texts);
    onSent();
  }, [ready, uploading, draft, session, chat, onSent]);

  useEffect(() => {
    if (draft.sendWhenReady && !uploading) send();
  }, [draft.sendWhenReady, uploading, send]);

  return { send, running, blocked };
}

function useBlocked(draft: Draft): string | undefined {
  const t = useTranslations("composer");
  const locale = useLocale();
  const limits = useServerConfig()?.limits;
  const pixels = useMediaPixels();
  if (!limits) return undefined;
  const characters = attachedTexts(draft).reduce((sum, { text }) => sum + text.length, draft.text.length);
  if (characters > limits.textCharacters) {
    return t("tooLong", { count: formatCount(locale, characters), limit: formatCount(locale, limits.textCharacters) });
  }
  const media = draft.attachments.filter(({ state }) => state !== "text").length;
  if (media > limits.mediaPerRequest) return t("tooMany", { limit: formatCount(locale, limits.mediaPerRequest) });
  const megapixels = (count: number) => formatCount(locale, Math.ceil(count / 1_000_000));
  return pixels > limits.mediaPixels ? t("tooManyPixels", { megapixels: megapixels(pixels), limit: megapixels(limits.mediaPixels) }) : undefined;
}
