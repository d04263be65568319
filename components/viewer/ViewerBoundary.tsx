"use client";

import { Component, type ReactNode } from "react";
import { useTranslations } from "use-intl";

/** A viewer that fails, or whose part of the page can't be loaded, takes nothing else with it. */
export class ViewerBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <Failed onRetry={() => this.setState({ failed: false })} /> : this.props.children;
  }
}

function Failed({ onRetry }: { onRetry: () => void }) {
  const t = useTranslations("viewer");
  return (
    <div role="alert" className="grid h-full content-center justify-items-center gap-2 p-6 text-center">
      <p className="font-medium">{t("failed")}</p>
      <p className="text-sm text-muted">{t("failedHint")}</p>
      <button type="button" onClick={onRetry} className="mt-2 min-h-11 rounded-full border border-line-strong px-5 text-sm font-medium md:min-h-9">
        {t("retry")}
      </button>
    </div>
  );
}
