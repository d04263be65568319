import { useCallback, useEffect, useLayoutEffect, useRef, useState, type ComponentProps, type DragEvent } from "react";
import { useTranslations } from "use-intl";
import { useSessions } from "../chat/Sessions.tsx";
import { useServerConfig } from "../model/useServer.tsx";
import { droppedFiles } from "./droppedFiles.ts";
import { messageBoxId } from "./focusMessageBox.ts";
import { longText } from "./pasted.ts";

export interface FileEntry {
  /** Of the element that takes drops. */
  root: Pick<ComponentProps<"div">, "onDragEnter" | "onDragOver" | "onDragLeave" | "onDrop" | "onDropCapture">;
  /** Of the hidden picker. */
  input: Pick<ComponentProps<"input">, "ref" | "onChange" | "className">;
  /** Whether files are dragged over the page. */
  dragging: boolean;
  /** Shows the browser's picker. */
  open: () => void;
}

/** The ways by which files come to the draft: the picker, a drop anywhere on the page, and the clipboard. */
export function useFileEntry(): FileEntry {
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

  const picker = useRef<HTMLInputElement>(null);
  const begin = useRef(take);
  // Before any event can reach the input: a passive effect could find files that its event has brought already.
  useLayoutEffect(() => {
    const early = picker.current ? takeFiles(picker.current) : [];
    if (early.length > 0) begin.current(early);
  }, []);

  const { dragging, handlers } = useDrop(take);
  return {
    root: handlers,
    // No choice of types here: what is no picture is refused by name, by the one place that knows.
    input: {
      ref: picker,
      className: "hidden",
      onChange: (event) => {
        const files = takeFiles(event.currentTarget);
        if (files.length > 0) take(files);
      },
    },
    dragging,
    open: () => picker.current?.click(),
  };
}

function useDrop(take: (files: readonly File[]) => void): { dragging: boolean; handlers: FileEntry["root"] } {
  const [dragging, setDragging] = useState(false);
  const over = (event: DragEvent) => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    setDragging(true);
  };
  const handlers: FileEntry["root"] = {
    onDragEnter: over,
    onDragOver: over,
    onDragLeave: ({ relatedTarget: to, currentTarget }) => {
      if (!(to instanceof Node && currentTarget.contains(to))) setDragging(false);
    },
    // Also where a part of the page takes the drop for itself.
    onDropCapture: () => setDragging(false),
    onDrop: (event) => {
      if (!bringsFiles(event)) return;
      event.preventDefault();
      void droppedFiles(event.dataTransfer).then(take);
    },
  };
  return { dragging, handlers };
}

function bringsFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer.types.includes("Files");
}

/** Words that are pasted into another box are that box's. */
function isForMessage(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.id === messageBoxId || !(target.isContentEditable || target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement);
}

/** Files that were chosen, perhaps before the page's script was there. They are taken out: React may bring that event once more, and they may be chosen again. */
function takeFiles(input: HTMLInputElement): File[] {
  const files = [...(input.files ?? [])];
  if (files.length > 0) input.value = "";
  return files;
}
