import { useCallback, useEffect, useLayoutEffect, useRef } from "react";
import { useDropzone, type DropzoneState } from "react-dropzone";
import { useTranslations } from "use-intl";
import { useSessions } from "../chat/Sessions.tsx";
import { useServerConfig } from "../model/useServer.tsx";
import { messageBoxId } from "./focusMessageBox.ts";
import { longText } from "./pasted.ts";

/** The ways by which files come to the draft: the picker, a drop anywhere on the page, and the clipboard. */
export function useFileEntry(): DropzoneState {
  const t = useTranslations("input");
  const { draft } = useSessions();
  const limits = useServerConfig()?.limits;
  const take = useCallback((files: readonly File[]) => draft.take(files, limits), [draft, limits]);

  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (files.length > 0) take(files);
      else if (text.length > longText && isForMessage(event.target)) draft.attachText(t("pastedText"), text);
      else return;
      event.preventDefault();
    };
    addEventListener("paste", onPaste);
    return () => removeEventListener("paste", onPaste);
  }, [take, draft, t]);

  // No `accept` here: what is not a picture is refused by name, by the one place that knows.
  const entry = useDropzone({ onDrop: (files) => take(files), noClick: true, noKeyboard: true, noPaste: true, multiple: true });

  const { inputRef } = entry;
  const begin = useRef(take);
  // Before any event can reach the input: a passive effect could find files that its event has brought already.
  useLayoutEffect(() => {
    begin.current(takeFiles(inputRef.current));
  }, [inputRef]);
  return entry;
}

/** Words that are pasted into another box are that box's. */
function isForMessage(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.id === messageBoxId || !(target.isContentEditable || target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement);
}

/** Files that were chosen before the page's script was there. They are taken out, for React may bring that event once more. */
function takeFiles(input: HTMLInputElement): File[] {
  const files = [...(input.files ?? [])];
  if (files.length > 0) input.value = "";
  return files;
}
