import { createTranslator } from "use-intl/core";
import { en } from "../components/i18n/en.ts";
import { FaultPage } from "../components/ui/FaultPage.tsx";

/** Rendered once, for every language. */
export default function NotFound() {
  const t = createTranslator({ locale: "en", messages: en, namespace: "fault" });
  return <FaultPage title={t("notFound")} wayOn={t("home")} />;
}
