import { useEffect } from "react";
import { useChat } from "./Sessions.tsx";

/** Brings the end of a conversation into view when it is opened, or the turn that was looked for in it. */
export function useArrival({ toBottom, release }: { toBottom: () => void; release: () => void }): void {
  const current = useChat((state) => state.current);
  const revealed = useChat((state) => state.revealed);
  useEffect(() => {
    const arrive = (): boolean => {
      const element = revealed && document.getElementById(`turn-${revealed.turn}`);
      if (!element) return false;
      release();
      element.scrollIntoView({ block: "center" });
      element.setAttribute("tabindex", "-1");
      element.focus({ preventScroll: true });
      return true;
    };
    if (revealed && arrive()) return;
    toBottom();
    if (!revealed) return;
    // What shows turns may be loaded just now.
    const observer = new MutationObserver(() => arrive() && observer.disconnect());
    observer.observe(document.body, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, [current, revealed, toBottom, release]);
}
