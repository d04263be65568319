"use client";

import { useId, useMemo } from "react";
import { useLocale, useTranslations } from "use-intl";
import type { MediaChoices, UploadedMedia } from "../../server/protocol.ts";
import { useErrorText } from "../i18n/LanguageProvider.tsx";
import { formatCount, formatSeconds } from "../i18n/format.ts";
import { FrameStrip } from "../media/FrameStrip.tsx";
import { ClipRange } from "./ClipRange.tsx";
import { costOfMedium, type MediumCost as Cost } from "./cost.ts";
import { picturePresets, type PicturePreset } from "./presets.ts";
import { useMediaRules, useSettings } from "./useSettings.ts";

export interface MediumCostProps {
  medium: UploadedMedia;
  /** Absent where nothing can be chosen any more, as in a sent message. */
  onChoose?: (choices: MediaChoices) => void;
}

/** What a picture or clip costs under the settings of now: how large the model sees it, which frames, how many tokens. */
export function MediumCost({ medium, onChoose }: MediumCostProps) {
  const { settings } = useSettings();
  const rules = useMediaRules();
  const errorText = useErrorText();
  const cost = useMemo(() => costOfMedium(medium, settings, rules), [medium, settings, rules]);
  const isClip = medium.info.kind === "video";
  const refused = "error" in cost ? errorText({ ...cost.error, params: { ...cost.error.params, name: medium.name } }) : undefined;
  return (
    <>
      {!("error" in cost) && (isClip ? <ClipFigures medium={medium} cost={cost} /> : <PictureFigures medium={medium} cost={cost} />)}
      {refused && (
        <p role="alert" className="text-danger">
          {refused.cause} <span className="text-muted">{refused.action}</span>
        </p>
      )}
      {isClip && <Times medium={medium} times={"error" in cost ? [] : cost.times} onChoose={onChoose} />}
      {!isClip && onChoose && <Detail medium={medium} onChoose={onChoose} />}
    </>
  );
}

function useSizes({ info }: UploadedMedia, { size }: Cost): { from: string; to: string; same: boolean } {
  const t = useTranslations("cost");
  return {
    from: t("size", { width: String(info.width), height: String(info.height) }),
    to: t("size", { width: String(size.width), height: String(size.height) }),
    same: size.width === info.width && size.height === info.height,
  };
}

function PictureFigures({ medium, cost }: { medium: UploadedMedia; cost: Cost }) {
  const t = useTranslations("cost");
  const locale = useLocale();
  const { from, to, same } = useSizes(medium, cost);
  return <p className="tabular-nums">{t(same ? "kept" : "resized", { from, to, tokens: formatCount(locale, cost.tokens) })}</p>;
}

function ClipFigures({ medium, cost }: { medium: UploadedMedia; cost: Cost }) {
  const t = useTranslations("cost");
  const locale = useLocale();
  const { from, to, same } = useSizes(medium, cost);
  if (medium.info.kind !== "video") return null;
  const { start = 0, end = medium.info.duration } = medium.choices ?? {};
  const figures = {
    duration: formatSeconds(locale, Math.max(0, end - start)),
    frames: t("frames", { count: cost.times.length }),
    tokens: formatCount(locale, cost.tokens),
  };
  return (
    <p className="tabular-nums">
      {t("clip", figures)} <span className="block">{t(same ? "clipSizeKept" : "clipSize", { from, to })}</span>
    </p>
  );
}

/** Fewer frames than this have no part that could be chosen. */
const leastFrames = 8;

function Times({ medium, times, onChoose }: { medium: UploadedMedia; times: readonly number[]; onChoose: MediumCostProps["onChoose"] }) {
  const { info, choices, frames } = medium;
  if (info.kind !== "video") return null;
  const canChoose = onChoose && !frames && info.frames >= leastFrames;
  return (
    <div className="mt-1.5">
      {canChoose ? (
        <ClipRange medium={medium} times={times} onChoose={({ start, end }) => onChoose({ ...choices, start, end })} />
      ) : (
        <FrameStrip duration={info.duration} times={times} />
      )}
    </div>
  );
}

const asSet = "set";
const presetNames = Object.keys(picturePresets).filter((name): name is PicturePreset => name in picturePresets);

/** How much of one picture is to be seen, where that differs from the rest. */
function Detail({ medium, onChoose }: { medium: UploadedMedia; onChoose: NonNullable<MediumCostProps["onChoose"]> }) {
  const t = useTranslations("cost");
  const settings = useTranslations("settings.pictures");
  const id = useId();
  const { tokens, ...rest } = medium.choices ?? {};
  const chosen = tokens && presetNames.find((name) => JSON.stringify(picturePresets[name]) === JSON.stringify(tokens));
  return (
    <select
      id={id}
      aria-label={t("detail", { name: medium.name })}
      value={chosen ?? asSet}
      onChange={(event) => {
        const preset = presetNames.find((name) => name === event.target.value);
        onChoose(preset ? { ...rest, tokens: picturePresets[preset] } : rest);
      }}
      className="mt-1 min-h-11 max-w-full rounded-lg border border-line bg-surface px-1.5 text-xs text-ink md:min-h-7"
    >
      <option value={asSet}>{t("detailOption", { name: t("asSet") })}</option>
      {presetNames.map((name) => (
        <option key={name} value={name}>
          {t("detailOption", { name: settings(`${name}.name`) })}
        </option>
      ))}
    </select>
  );
}
