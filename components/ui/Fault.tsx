"use client";

import { useTranslations } from "use-intl";

/** A whole page that says what went wrong and offers the one way on. */
export function Fault({ kind }: { kind: "error" | "notFound" }) {
  const t = useTranslations("fault");
  return (
    <main className="grid min-h-dvh place-items-center p-6 text-center">
      <div className="grid justify-items-center gap-3">
        <h1 className="text-xl font-semibold">{t(kind === "error" ? "title" : "notFound")}</h1>
        {kind === "error" && <p className="text-muted">{t("text")}</p>}
        {/* A full load, not a route change: what failed may be the page's own state. */}
        <a href="/" className="mt-2 rounded-full bg-accent px-5 py-2.5 font-medium text-on-accent">
          {t(kind === "error" ? "reload" : "home")}
        </a>
      </div>
    </main>
  );
}
