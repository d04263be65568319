import { ofAccount } from "../access/account.ts";

const key = ofAccount("conversation");

/**
 * Which conversation this page shows: over a reload each tab keeps its own, and a new tab begins with the one that was shown
 * last. Where the browser keeps nothing, every visit begins anew. app/beforeFirstPaint.ts looks whether there is one.
 */
export const pagePlace = {
  read(): string | undefined {
    try {
      return sessionStorage.getItem(key) ?? localStorage.getItem(key) ?? undefined;
    } catch {
      return undefined;
    }
  },
  write(conversation: string): void {
    try {
      if (sessionStorage.getItem(key) === conversation) return;
      sessionStorage.setItem(key, conversation);
      localStorage.setItem(key, conversation);
    } catch {
      return;
    }
  },
};
