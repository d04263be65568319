"use client";

import clsx from "clsx";
import { Columns2, Download, Maximize, Monitor, RotateCw, Smartphone } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { UploadedMedia } from "../../server/protocol.ts";
import { Markdown } from "../markdown/Markdown.tsx";
import { mediaUrl } from "../media/upload.ts";
import type { Preview } from "../results/types.ts";
import { phone, useMediaQuery } from "../shell/useMediaQuery.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import { downloadText } from "../ui/download.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { Segments } from "../ui/Segments.tsx";
import { ConsoleStrip } from "./ConsoleStrip.tsx";
import { addLine, type ConsoleLine, type FromFrame } from "./frame.ts";
import { fileOf } from "./pages.ts";
import { ScaledFrame, type FrameWidth } from "./ScaledFrame.tsx";
import { usePreviewPage } from "./usePreviewPage.ts";

/** A page, drawing or diagram that an answer holds as code, as what it makes: alive, apart, and beside the picture that it was made from. */
export function PreviewViewer({ preview, media }: { preview: Preview; media: readonly UploadedMedia[] }) {
  const t = useTranslations("preview");
  const [view, setView] = useState<"shown" | "source">("shown");
  const [width, setWidth] = useState<FrameWidth>("fit");
  const pictures = media.filter(({ info }) => info.kind === "image");
  // On a phone the page has the room.
  const onPhone = useMediaQuery(phone);
  const [beside, setBeside] = useState(pictures.length > 0 && !onPhone);
  const [runs, setRuns] = useState(0);
  const file = fileOf(preview.language);
  return (
    <div className="@container flex h-full flex-col">
      <div className="flex shrink-0 flex-wrap items-center gap-1 border-b border-line px-3 py-1.5">
        <Segments
          label={t("view")}
          value={view}
          onChange={setView}
          segments={[
            { value: "shown", label: t("shown") },
            { value: "source", label: t("source") },
          ]}
        />
        <span className="grow" />
        {view === "shown" && preview.language === "html" && (
          <Segments
            label={t("width")}
            role="radiogroup"
            value={width}
            onChange={setWidth}
            segments={[
              { value: "fit", label: t("fit"), icon: <Maximize aria-hidden /> },
              { value: "phone", label: t("phone"), icon: <Smartphone aria-hidden /> },
              { value: "desktop", label: t("desktop"), icon: <Monitor aria-hidden /> },
            ]}
            className="[&_button]:px-2.5 @max-2xl:[&_button]:text-[0]"
          />
        )}
        {view === "shown" && pictures.length > 0 && (
          <IconButton label={t("beside")} aria-pressed={beside} onClick={() => setBeside(!beside)} className={clsx(beside && "text-accent")}>
            <Columns2 aria-hidden />
          </IconButton>
        )}
        {view === "shown" && preview.language === "html" && preview.complete && (
          <IconButton label={t("again")} onClick={() => setRuns(runs + 1)}>
            <RotateCw aria-hidden />
          </IconButton>
        )}
        <CopyButton label={t("copy")} text={() => preview.source} />
        <IconButton label={t("download")} onClick={() => downloadText(file.name, `${preview.source}\n`, file.type)}>
          <Download aria-hidden />
        </IconButton>
      </div>
      {view === "source" ? (
        <div className="min-h-0 grow overflow-auto p-4">
          <Markdown text={fenced(preview)} partial={!preview.complete} folds={false} />
        </div>
      ) : (
        <div className={clsx("@container grid min-h-0 grow", beside && "grid-rows-[minmax(0,2fr)_minmax(0,3fr)] xl:grid-cols-[minmax(0,2fr)_minmax(0,3fr)] xl:grid-rows-1")}>
          {beside && <Pictures pictures={pictures} />}
          <Shown key={runs} preview={preview} width={width} />
        </div>
      )}
    </div>
  );
}

/** Longer than any fence within. */
function fenced({ language, source }: Preview): string {
  const longest = Math.max(3, ...[...source.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length + 1));
  const fence = "`".repeat(longest);
  return `${fence}${language === "svg" ? "xml" : language}\n${source}\n${fence}`;
}

function Pictures({ pictures }: { pictures: readonly UploadedMedia[] }) {
  const t = useTranslations("preview");
  return (
    <div className="flex min-h-0 flex-col gap-2 overflow-auto border-line bg-sunken/60 p-3 max-xl:border-b xl:border-r">
      {pictures.map(({ id, name }) => (
        <img key={id} src={mediaUrl(id)} alt={t("picture", { name })} className={clsx("max-w-full object-contain", pictures.length === 1 ? "m-auto max-h-full" : "mx-auto")} />
      ))}
    </div>
  );
}

function Shown({ preview, width }: { preview: Preview; width: FrameWidth }) {
  const t = useTranslations("preview");
  const [lines, setLines] = useState<readonly ConsoleLine[]>([]);
  const page = usePreviewPage(preview);
  const receive = (message: Exclude<FromFrame, { type: "ready" }>): void => {
    if (message.type === "console") setLines((before) => addLine(before, message));
  };
  return (
    <div className="flex min-h-0 min-w-0 flex-col">
      {page.state === "failed" ? (
        <div role="alert" className="m-auto max-w-prose p-6 text-sm">
          <p className="font-medium wrap-anywhere">{t("failed", { reason: page.reason })}</p>
          <p className="mt-1 text-muted">{t("failedHint")}</p>
        </div>
      ) : page.state === "loading" ? (
        <p className="m-auto p-6 text-sm text-muted">{t("loading")}</p>
      ) : (
        <ScaledFrame title={t("frame", { kind: t(`kind.${preview.language}`) })} html={page.html} run={page.run} width={width} onMessage={receive} />
      )}
      <ConsoleStrip lines={lines} note={page.state === "shown" && preview.language === "html" ? (preview.complete ? t("apart") : t("writing")) : undefined} />
    </div>
  );
}
