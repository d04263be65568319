import { ImagePlus } from "lucide-react";
import { useTranslations } from "use-intl";

/** Covers the page while files are dragged over it. */
export function DropOverlay() {
  const t = useTranslations("composer");
  return (
    <div className="pointer-events-none fixed inset-0 z-20 grid place-items-center bg-canvas/85 p-4 backdrop-blur-xs">
      <div className="grid size-full max-h-[70dvh] max-w-3xl animate-appear place-content-center justify-items-center gap-2 rounded-3xl border-2 border-dashed border-accent bg-accent-soft text-center">
        <ImagePlus aria-hidden className="size-10 text-accent" />
        <p className="text-lg font-semibold">{t("drop")}</p>
        <p className="text-sm text-muted">{t("dropHint")}</p>
      </div>
    </div>
  );
}
