"use client";

import { useTranslations } from "use-intl";
import { FaultPage } from "../../components/ui/FaultPage.tsx";

/** Shown instead of the page when rendering it failed. What was said is in the browser's database. */
export default function PageError() {
  const t = useTranslations("fault");
  return <FaultPage title={t("title")} text={t("text")} wayOn={t("reload")} />;
}
