import { useCallback, useEffect, useLayoutEffect, useRef } from "react";
import { useDropzone, type DropzoneState } from "react-dropzone";
import { useSessions } from "../chat/Sessions.tsx";
import { useServerConfig } from "../model/useServer.tsx";

/** The ways by which files come to the draft: the picker, a drop anywhere on the page, and the clipboard. */
export function useFileEntry(): DropzoneState {
  const { draft } = useSessions();
  const limits = useServerConfig()?.limits;
  const attach = useCallback((files: readonly File[]) => draft.attach(files, limits), [draft, limits]);

  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      attach(files);
    };
    addEventListener("paste", onPaste);
    return () => removeEventListener("paste", onPaste);
  }, [attach]);

  // No `accept` here: what is not a picture is refused by name, by the one place that knows.
  const entry = useDropzone({ onDrop: (files) => attach(files), noClick: true, noKeyboard: true, noPaste: true, multiple: true });

  const { inputRef } = entry;
  const begin = useRef(attach);
  // Before any event can reach the input: a passive effect could find files that its event has brought already.
  useLayoutEffect(() => {
    begin.current(takeFiles(inputRef.current));
  }, [inputRef]);
  return entry;
}

/** Files that were chosen before the page's script was there. They are taken out, for React may bring that event once more. */
function takeFiles(input: HTMLInputElement): File[] {
  const files = [...(input.files ?? [])];
  if (files.length > 0) input.value = "";
  return files;
}
