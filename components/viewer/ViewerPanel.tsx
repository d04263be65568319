"use client";

import { lazy, Suspense, useEffect, useRef } from "react";
import { useTranslations } from "use-intl";
import { useLayout } from "../shell/LayoutProvider.tsx";
import { Sheet } from "../shell/Sheet.tsx";
import { useShortcut } from "../shell/Shortcuts.tsx";
import { phone, useMediaQuery } from "../shell/useMediaQuery.ts";
import { Divider } from "./Divider.tsx";
import type { Focus } from "./focus.ts";
import { useFocus, useSetFocus } from "./FocusProvider.tsx";

const ViewerContent = lazy(() => import("./ViewerContent.tsx").then((module) => ({ default: module.ViewerContent })));

const viewerId = "viewer";

/** The third zone: there only while something is in focus. Beside the conversation, on a phone a sheet over it. */
export function ViewerPanel() {
  const t = useTranslations("viewer");
  const focus = useFocus((state) => state.focus);
  const set = useSetFocus();
  const onPhone = useMediaQuery(phone);
  const close = () => set({ type: "close" });
  useShortcut("closeViewer", focus && close);
  if (!focus) return null;
  if (onPhone) {
    return (
      <Sheet label={t("label")} onClose={close}>
        <Suspense>
          <ViewerContent focus={focus} onClose={close} />
        </Suspense>
      </Sheet>
    );
  }
  return <Zone focus={focus} onClose={close} />;
}

function Zone({ focus, onClose }: { focus: Focus; onClose: () => void }) {
  const t = useTranslations("viewer");
  const percent = useLayout((layout) => layout.viewer);
  const ref = useRef<HTMLElement>(null);
  useFocusReturned(ref);
  return (
    <aside
      ref={ref}
      id={viewerId}
      tabIndex={-1}
      aria-label={t("label")}
      className="flex min-w-0 shrink-0 bg-surface outline-none max-md:hidden"
      style={{ width: `${percent}%` }}
    >
      <Divider />
      <div className="min-w-0 grow">
        <Suspense>
        <ViewerContent focus={focus} onClose={onClose} />
      </Suspense>
      </div>
    </aside>
  );
}

/**
 * Opened by the keyboard from the conversation, the viewer takes the focus; closed, it gives it back. By pointer, and when
 * results open it while the reader writes, the focus stays where it is.
 */
function useFocusReturned(ref: React.RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const panel = ref.current;
    const opener = document.activeElement;
    if (opener?.matches("[role=log] :is(button, a):focus-visible") === true) panel?.focus();
    let inside = false;
    const onFocus = (event: FocusEvent) => (inside = event.target instanceof Node && panel?.contains(event.target) === true);
    document.addEventListener("focusin", onFocus);
    return () => {
      document.removeEventListener("focusin", onFocus);
      if (inside && opener instanceof HTMLElement) opener.focus({ preventScroll: true });
    };
  }, [ref]);
}
