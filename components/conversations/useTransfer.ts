import { useState } from "react";
import { useTranslations } from "use-intl";
import { useSessions } from "../chat/Sessions.tsx";
import { shownBranch, treeOf } from "./tree.ts";
import { downloadBlob, downloadText } from "../ui/download.ts";
import { latestFirst } from "./grouping.ts";
import type { ImportFault } from "./importFile.ts";

/** What came of an import. */
export type ImportReport = { kind: "done"; count: number; skipped: number } | { kind: "failed"; file: string; fault: ImportFault };

export function isConversationFile({ name, type }: Pick<File, "name" | "type">): boolean {
  return type === "application/json" || type === "text/markdown" || /\.(json|md|markdown)$/i.test(name);
}

/** Conversations as files of the reader, and back. What writes and reads them is loaded when it is used. */
export function useTransfer() {
  const t = useTranslations("conversations");
  const { chat, media } = useSessions();
  const [reports, setReports] = useState<readonly ImportReport[]>([]);

  async function whole(id: string) {
    const turns = await chat.turnsOf(id);
    const conversation = chat.store.get().conversations.get(id);
    return conversation ? [{ conversation, turns }] : [];
  }

  async function exportJson(ids?: readonly string[]) {
    const wanted = ids ?? latestFirst(chat.store.get().conversations.values()).map(({ id }) => id);
    const conversations = (await Promise.all(wanted.map(whole))).flat();
    const { fileName, toJsonFile } = await import("./exportFile.ts");
    const file = await toJsonFile(conversations, (id) => media.bytes(id));
    downloadBlob(fileName(ids ? (conversations[0]?.conversation.title ?? "") : t("allFile"), "json"), file);
  }

  async function exportMarkdown(id: string) {
    const [found] = await whole(id);
    if (!found) return;
    const { turns } = shownBranch(treeOf(found.turns), id, found.conversation.chosen);
    const { fileName, toMarkdown } = await import("./exportFile.ts");
    const words = { you: t("markdownYou"), assistant: t("markdownAssistant"), medium: (name: string) => t("markdownMedium", { name }) };
    downloadText(fileName(found.conversation.title, "md"), toMarkdown(found.conversation.title, turns, words), "text/markdown");
  }

  async function importFile(file: File): Promise<ImportReport> {
    const { ImportError, readFile } = await import("./importFile.ts");
    try {
      const { conversations, media: bytes, skipped } = readFile(file.name, await file.text(), Date.now());
      for (const medium of bytes) await media.adopt(medium, medium.bytes);
      for (const { conversation, turns } of conversations) chat.importConversation(conversation, turns);
      await chat.flush();
      const [first] = conversations;
      if (first) await chat.open(first.conversation.id);
      return { kind: "done", count: conversations.length, skipped };
    } catch (fault) {
      return { kind: "failed", file: file.name, fault: fault instanceof ImportError ? fault.fault : "unreadable" };
    }
  }

  async function importFiles(files: readonly File[]) {
    const told: ImportReport[] = [];
    for (const file of files) told.push(await importFile(file));
    setReports(told);
  }

  return { exportJson, exportMarkdown, importFiles, reports, dismiss: () => setReports([]) };
}

export type Transfer = ReturnType<typeof useTransfer>;
