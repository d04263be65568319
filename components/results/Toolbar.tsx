"use client";

import { Box as BoxIcon, Crop, Maximize, Tag, ZoomIn, ZoomOut } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { CopyButton } from "../ui/CopyButton.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { DownloadMenu, type DownloadFormat } from "./DownloadMenu.tsx";
import type { PictureView } from "./usePictureView.ts";

export interface ToolbarProps {
  zoom: PictureView;
  /** Undefined where there is nothing of the kind. */
  names: Toggle | undefined;
  space: Toggle | undefined;
  copy: (() => string) | undefined;
  crop: Toggle | undefined;
  onDownload: ((format: DownloadFormat) => void) | undefined;
}

export interface Toggle {
  on: boolean;
  toggle: () => void;
}

/** What can be done with the picture. */
export function Toolbar({ zoom, names, space, copy, crop, onDownload }: ToolbarProps) {
  const t = useTranslations("results");
  return (
    <div role="toolbar" aria-label={t("tools")} className="flex shrink-0 flex-wrap items-center border-b border-line px-2 text-sm">
      <IconButton label={t("zoomOut")} onClick={() => zoom.zoom(0.8)}>
        <ZoomOut aria-hidden />
      </IconButton>
      <span className="w-12 text-center text-xs text-muted tabular-nums">{zoom.view && t("percent", { scale: zoom.view.scale })}</span>
      <IconButton label={t("zoomIn")} onClick={() => zoom.zoom(1.25)}>
        <ZoomIn aria-hidden />
      </IconButton>
      <IconButton label={t("fit")} disabled={zoom.fits} onClick={zoom.fit}>
        <Maximize aria-hidden />
      </IconButton>
      <span className="mx-auto" />
      {names && <ToggleButton label={t("names")} state={names} icon={<Tag aria-hidden />} />}
      {space && <ToggleButton label={t("cameraShow")} state={space} icon={<BoxIcon aria-hidden />} />}
      {copy && <CopyButton label={t("copyText")} text={copy} />}
      {crop && <ToggleButton label={t("crop")} state={crop} icon={<Crop aria-hidden />} />}
      {onDownload && <DownloadMenu disabled={false} onDownload={onDownload} />}
    </div>
  );
}

function ToggleButton({ label, state: { on, toggle }, icon }: { label: string; state: Toggle; icon: ReactNode }) {
  return (
    <IconButton label={label} aria-pressed={on} onClick={toggle} className={on ? "bg-accent-soft text-accent" : ""}>
      {icon}
    </IconButton>
  );
}
