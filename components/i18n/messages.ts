import { en, type Messages } from "./en.ts";
import type { Locale } from "./locale.ts";
import { zh } from "./zh.ts";

/** For the server, which gives a page those of its language; a browser loads another one when it is chosen. */
export const messagesOf: Record<Locale, Messages> = { en, zh };
