import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { LanguageProvider } from "../../components/i18n/LanguageProvider.tsx";
import { locales, parseLocale, type Locale } from "../../components/i18n/locale.ts";
import { messagesOf } from "../../components/i18n/messages.ts";
import { ThemeProvider } from "../../components/theme/ThemeProvider.tsx";

interface Props {
  params: Promise<{ locale: string }>;
}

/** One page a language; next.config.js shows the reader's own at "/". */
export function generateStaticParams(): { locale: Locale }[] {
  return locales.map((locale) => ({ locale }));
}
export const dynamicParams = false;

async function readLocale(params: Props["params"]): Promise<Locale> {
  return parseLocale((await params).locale) ?? notFound();
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { app } = messagesOf[await readLocale(params)];
  return { title: `${app.name} ${app.suffix}`, description: app.description };
}

export default async function LocaleLayout({ params, children }: Props & { children: ReactNode }) {
  const locale = await readLocale(params);
  return (
    <LanguageProvider initial={locale} messages={messagesOf[locale]}>
      <ThemeProvider>{children}</ThemeProvider>
    </LanguageProvider>
  );
}
