import { useLocale, useTranslations } from "use-intl";
import { useSetLocale } from "./LanguageProvider.tsx";

export function LanguageButton() {
  const t = useTranslations("header");
  const locale = useLocale();
  const setLocale = useSetLocale();
  return (
    <button
      type="button"
      // Begins with what is seen, for those who speak to their computer.
      aria-label={`${t("switchLanguage")} – ${t("switchLanguageLabel")}`}
      title={t("switchLanguageLabel")}
      onClick={() => setLocale(locale === "en" ? "zh" : "en")}
      className="h-11 min-w-11 rounded-full px-2 text-sm font-medium text-muted transition-colors hover:bg-sunken hover:text-ink md:h-9 md:min-w-9"
    >
      {t("switchLanguage")}
    </button>
  );
}
