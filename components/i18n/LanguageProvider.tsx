"use client";

import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from "react";
import { IntlProvider, useLocale, useTranslations } from "use-intl";
import { remember } from "../ui/cookie.ts";
import { errorText, type ErrorText, type PageError } from "./errorText.ts";
import type { Messages } from "./en.ts";
import { languageTag, localeCookie, type Locale } from "./locale.ts";

const SetLocale = createContext<(locale: Locale) => void>(() => undefined);

/** The texts of a language are loaded when it is chosen. */
const loaders: Record<Locale, () => Promise<Messages>> = {
  en: async () => (await import("./en.ts")).en,
  zh: async () => (await import("./zh.ts")).zh,
};

/** Texts and figures in the reader's language, for everything below. */
export function LanguageProvider({ initial, messages, children }: { initial: Locale; messages: Messages; children: ReactNode }) {
  const [shown, setShown] = useState({ locale: initial, messages });
  const choose = useCallback((next: Locale) => {
    remember(localeCookie, next);
    loaders[next]().then(
      (loaded) => {
        document.documentElement.lang = languageTag[next];
        setShown({ locale: next, messages: loaded });
      },
      () => undefined, // no connection: the next load of the page has it
    );
  }, []);
  return (
    <SetLocale value={choose}>
      <IntlProvider locale={shown.locale} messages={shown.messages} timeZone="UTC">
        {children}
      </IntlProvider>
    </SetLocale>
  );
}

export function useSetLocale(): (locale: Locale) => void {
  return useContext(SetLocale);
}

/** Turns errors into words in the reader's language. */
export function useErrorText(): (error: PageError) => ErrorText {
  const translate = useTranslations();
  const locale = useLocale();
  return useMemo(() => (error) => errorText(translate, locale, error), [translate, locale]);
}
