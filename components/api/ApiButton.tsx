"use client";

import { CodeXml } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslations } from "use-intl";
import { IconButton } from "../ui/IconButton.tsx";

const ApiDialog = lazy(() => import("./ApiDialog.tsx").then((module) => ({ default: module.ApiDialog })));

/** Shows how programs ask what is asked here. */
export function ApiButton() {
  const t = useTranslations("api");
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton label={t("open")} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <CodeXml aria-hidden />
      </IconButton>
      {open && (
        <Suspense>
          <ApiDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
