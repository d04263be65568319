export const locales = ["en", "zh"] as const;
export type Locale = (typeof locales)[number];

/** The value of `<html lang>`. */
export const languageTag: Record<Locale, string> = { en: "en", zh: "zh-CN" };

/** Read by next.config.js, which serves the page in this language, and by app/beforeFirstPaint.ts. */
export const localeCookie = "language";

export function parseLocale(value: string): Locale | undefined {
  return locales.find((locale) => locale === value);
}
