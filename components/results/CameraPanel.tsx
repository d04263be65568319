"use client";

import { useTranslations } from "use-intl";
import { cameraOfFov, defaultFov, type Camera } from "./camera.ts";
import type { Size } from "./view.ts";

/** How boxes in space are projected: by a field of view, or by a camera whose parameters are known. */
export type CameraChoice = { kind: "fov"; fov: number } | ({ kind: "camera" } & Camera);

export const defaultCamera: CameraChoice = { kind: "fov", fov: defaultFov };

export function cameraOf(choice: CameraChoice, picture: Size): Camera {
  return choice.kind === "fov" ? cameraOfFov(picture, choice.fov) : choice;
}

const parameters = ["fx", "fy", "cx", "cy"] as const;

export function CameraPanel({ choice, picture, onChange }: { choice: CameraChoice; picture: Size; onChange: (choice: CameraChoice) => void }) {
  const t = useTranslations("results");
  const camera = cameraOf(choice, picture);
  const set = (key: (typeof parameters)[number], value: number) => {
    if (Number.isFinite(value) && (key === "cx" || key === "cy" || value > 0)) onChange({ kind: "camera", ...pick(camera), [key]: value });
  };
  return (
    <fieldset className="flex flex-wrap items-end gap-x-3 gap-y-2 border-t border-line px-3 py-2 text-sm">
      <legend className="sr-only">{t("camera")}</legend>
      <label className="grid gap-0.5 text-xs text-muted">
        {t("fov")}
        <span className="flex items-center gap-2">
          <input
            type="range"
            min={20}
            max={140}
            value={choice.kind === "fov" ? choice.fov : defaultFov}
            onChange={(event) => onChange({ kind: "fov", fov: event.target.valueAsNumber })}
            className="h-11 w-24 accent-(--accent) md:h-8"
          />
          <output className="w-10 text-ink tabular-nums">{choice.kind === "fov" ? `${choice.fov}°` : "–"}</output>
        </span>
      </label>
      {parameters.map((key) => (
        <label key={key} className="grid min-w-0 grow basis-18 grid-cols-[minmax(0,1fr)] gap-0.5 text-xs text-muted">
          {key}
          <input
            type="number"
            step="any"
            value={Math.round(camera[key] * 10) / 10}
            onChange={(event) => set(key, event.target.valueAsNumber)}
            className="h-11 w-full [appearance:textfield] rounded-lg border border-line-strong bg-surface px-2 text-sm text-ink tabular-nums md:h-8 [&::-webkit-inner-spin-button]:appearance-none"
          />
        </label>
      ))}
      <button type="button" onClick={() => onChange(defaultCamera)} className="min-h-11 rounded-full border border-line px-3 md:min-h-8">
        {t("cameraReset")}
      </button>
    </fieldset>
  );
}

function pick({ fx, fy, cx, cy }: Camera): Camera {
  return { fx, fy, cx, cy };
}
