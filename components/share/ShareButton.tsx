"use client";

import { Share2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslations } from "use-intl";
import { useServerConfig } from "../model/useServer.tsx";
import { IconButton } from "../ui/IconButton.tsx";

const AddressesDialog = lazy(() => import("./AddressesDialog.tsx").then((module) => ({ default: module.AddressesDialog })));

/** Shows under which addresses others reach this page; only where they do. */
export function ShareButton() {
  const t = useTranslations("share");
  const [open, setOpen] = useState(false);
  if (useServerConfig()?.sharing?.addresses !== true) return null;
  return (
    <>
      <IconButton label={t("open")} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Share2 aria-hidden />
      </IconButton>
      {open && (
        <Suspense>
          <AddressesDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
