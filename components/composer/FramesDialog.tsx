"use client";

import { useId, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { formatSeconds } from "../i18n/format.ts";
import { usualRate } from "../media/frames.ts";
import { ActionButton } from "./ActionButton.tsx";
import { fieldStyle, InputDialog } from "./InputDialog.tsx";

export interface FramesDialogProps {
  count: number;
  /** Of the folder, where there is one. */
  name?: string;
  onClip: (clip: { name: string; fps: number }) => void;
  /** Where the pictures are not attached yet: to attach them one by one. */
  onPictures?: () => void;
  onClose: () => void;
}

const rates = { least: 0.1, most: 60 };

/** Asks how pictures become a clip. */
export default function FramesDialog({ count, name: folder, onClip, onPictures, onClose }: FramesDialogProps) {
  const t = useTranslations("input");
  const locale = useLocale();
  const [name, setName] = useState(folder ?? t("framesDefaultName", { count }));
  const [rate, setRate] = useState(String(usualRate));
  const [form, nameField, rateField] = [useId(), useId(), useId()];
  const fps = Number(rate.replace(",", "."));
  const valid = name.trim() !== "" && fps >= rates.least && fps <= rates.most;
  return (
    <InputDialog
      title={t("framesTitle")}
      onClose={onClose}
      actions={
        <>
          {onPictures ? <ActionButton onClick={onPictures}>{t("framesAsPictures")}</ActionButton> : <ActionButton onClick={onClose}>{t("cancel")}</ActionButton>}
          <ActionButton strong type="submit" form={form} disabled={!valid}>
            {t("framesAsClip")}
          </ActionButton>
        </>
      }
    >
      <p className="text-sm text-muted">{t(onPictures ? "framesExplained" : "framesMerge", { count })}</p>
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          if (valid) onClip({ name: name.trim(), fps });
        }}
        className="grid gap-3 sm:grid-cols-[1fr_9rem]"
      >
        <div className="grid content-start gap-1.5">
          <label htmlFor={nameField} className="text-sm font-medium">
            {t("framesName")}
          </label>
          <input id={nameField} value={name} maxLength={128} onChange={(event) => setName(event.target.value)} className={fieldStyle} />
        </div>
        <div className="grid content-start gap-1.5">
          <label htmlFor={rateField} className="text-sm font-medium">
            {t("framesRate")}
          </label>
          <input
            id={rateField}
            inputMode="decimal"
            value={rate}
            aria-invalid={!valid}
            onChange={(event) => setRate(event.target.value)}
            className={fieldStyle}
          />
        </div>
      </form>
      <p className="text-sm text-muted tabular-nums">{valid ? t("framesLength", { seconds: formatSeconds(locale, count / fps) }) : " "}</p>
    </InputDialog>
  );
}
