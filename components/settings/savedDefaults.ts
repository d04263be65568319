import { browserStorage } from "../ui/browserStorage.ts";
import { conversationSettingsSchema, defaultSettings, type ConversationSettings } from "./settings.ts";

const key = "settings";

/** What the reader's new conversations begin with, kept in this browser; what can't be read counts as absent. */
export function readDefaults(storage: Pick<Storage, "getItem"> | undefined = browserStorage()): ConversationSettings {
  try {
    return conversationSettingsSchema.parse(JSON.parse(storage?.getItem(key) ?? "null"));
  } catch {
    return defaultSettings;
  }
}

/** @returns false where the browser keeps nothing */
export function saveDefaults(settings: ConversationSettings, storage: Pick<Storage, "setItem"> | undefined = browserStorage()): boolean {
  try {
    storage?.setItem(key, JSON.stringify(settings));
    return storage !== undefined;
  } catch {
    return false;
  }
}
