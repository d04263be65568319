"use client";

import { useEffect, useLayoutEffect, useRef, type RefObject } from "react";
import { useTranslations } from "use-intl";
import { focusMessageBox, messageBoxId } from "./focusMessageBox.ts";
import { sends } from "./keys.ts";

export interface MessageBoxProps {
  text: string;
  onChange: (text: string) => void;
  onSend: () => void;
  /** Told of pasted words, which are typed all the same. */
  onPasted: (text: string) => void;
}

/** The text of the message; as high as its lines, up to a part of the window. */
export function MessageBox({ text, onChange, onSend, onPasted }: MessageBoxProps) {
  const t = useTranslations("composer");
  const box = useRef<HTMLTextAreaElement>(null);
  useGrow(box, text);
  useTypedEarly(box, onChange);
  return (
    <textarea
      ref={box}
      id={messageBoxId}
      rows={1}
      value={text}
      aria-label={t("message")}
      placeholder={t("placeholder")}
      enterKeyHint="send"
      onChange={(event) => onChange(event.target.value)}
      onPaste={(event) => onPasted(event.clipboardData.getData("text/plain"))}
      onKeyDown={(event) => {
        if (!sends(event.nativeEvent)) return;
        event.preventDefault();
        onSend();
      }}
      className="field-sizing-content max-h-[40dvh] w-full resize-none bg-transparent px-2 py-2.5 text-base leading-6 outline-none placeholder:text-muted"
    />
  );
}

/** Where the browser cannot do it by itself: measuring lays out the whole page, twice for each key. */
function useGrow(box: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    if (box.current && !CSS.supports("field-sizing", "content")) fitHeight(box.current);
  }, [box, text]);
}

function fitHeight(element: HTMLTextAreaElement): void {
  element.style.height = "auto";
  element.style.height = `${element.scrollHeight}px`;
}

/** Takes over what was typed before the page's script was there. */
function useTypedEarly(box: RefObject<HTMLTextAreaElement | null>, onChange: (text: string) => void): void {
  const latest = useRef(onChange);
  useEffect(() => {
    const early = box.current?.value ?? "";
    if (early !== "") latest.current(early);
    focusMessageBox();
  }, [box]);
}
