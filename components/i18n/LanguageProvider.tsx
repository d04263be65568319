"use client";

import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from "react";
import { IntlProvider, useLocale, useTranslations } from "use-intl";
import { remember } from "../ui/cookie.ts";
import { errorText, type ErrorText, type PageError } from "./errorText.ts";
import { languageTag, localeCookie, messagesOf, type Locale } from "./locale.ts";

const SetLocale = createContext<(locale: Locale) => void>(() => undefined);

/** Texts and figures in the reader's language, for everything below. */
export function LanguageProvider({ initial, children }: { initial: Locale; children: ReactNode }) {
  const [locale, setLocale] = useState(initial);
  const choose = useCallback((next: Locale) => {
    remember(localeCookie, next);
    document.documentElement.lang = languageTag[next];
    setLocale(next);
  }, []);
  return (
    <SetLocale value={choose}>
      <IntlProvider locale={locale} messages={messagesOf[locale]} timeZone="UTC">
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
