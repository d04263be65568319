"use client";

import { useLayoutEffect, useRef, type CSSProperties, type ReactNode } from "react";

export interface DialogProps {
  label: string;
  onClose: () => void;
  className?: string;
  style?: CSSProperties;
  children: ReactNode;
}

/** A modal dialog while it is mounted: the browser's own, which keeps focus inside, closes by Esc and gives focus back. */
export function Dialog({ label, onClose, className, style, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const onBackdrop = useRef(false);
  // Before the element is removed, or the browser would not give the focus back.
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    // React's autoFocus comes too early, and the browser's own choice is the first button.
    dialog?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // A click on the backdrop has the dialog itself as its target; so has one that only ends there, as when words are selected.
      onPointerDown={(event) => (onBackdrop.current = event.target === event.currentTarget)}
      onClick={(event) => onBackdrop.current && event.target === event.currentTarget && onClose()}
      className={className}
      style={style}
    >
      {children}
    </dialog>
  );
}
