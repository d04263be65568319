"use client";

import clsx from "clsx";
import { RotateCcw } from "lucide-react";
import { useId, type ReactNode } from "react";
import { useLocale, useTranslations } from "use-intl";
import { IconButton } from "../ui/IconButton.tsx";
import { useEntries } from "./entries.ts";
import { formatStops, numberFields, parseNumber, parseStops, stopLimits, type NumberFieldName } from "./fields.ts";
import { useEngineInfo, useSettings } from "./useSettings.ts";

export function Section({ title, intro, children }: { title: string; intro?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="grid grid-cols-[minmax(0,1fr)] gap-4 border-t border-line pt-5">
      <div>
        <h3 id={id} className="font-semibold">
          {title}
        </h3>
        {intro !== undefined && <p className="text-sm text-muted">{intro}</p>}
      </div>
      {children}
    </section>
  );
}

const fieldLook = "min-h-11 w-full rounded-xl border bg-canvas px-3 text-base md:min-h-9 md:text-sm";

interface LabelledProps {
  id: string;
  label: string;
  hint: string;
  problem?: string | undefined;
  /** The button that takes the setting back to its default. */
  reset: { label: string; disabled: boolean; onClick: () => void };
  /** Beside the label, where there is little to write. */
  inline?: boolean;
  children: ReactNode;
}

/** A control with its name, what it does, what is wrong with it and the way back. `<id>-hint` and `<id>-problem` describe it. */
function Labelled({ id, label, hint, problem, reset, inline = false, children }: LabelledProps) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-1">
      <div className={clsx("flex items-center gap-2", !inline && "justify-between")}>
        <label htmlFor={id} className="min-w-0 grow text-sm font-medium">
          {label}
        </label>
        <IconButton label={reset.label} disabled={reset.disabled} onClick={reset.onClick} className={clsx("-my-1", reset.disabled && "invisible")}>
          <RotateCcw aria-hidden className="size-4!" />
        </IconButton>
        {inline && <div className="w-28 shrink-0">{children}</div>}
      </div>
      {!inline && children}
      {problem !== undefined && (
        <p id={`${id}-problem`} role="alert" className="text-sm text-danger">
          {problem}
        </p>
      )}
      <p id={`${id}-hint`} className="text-[0.8125rem] leading-snug text-muted">
        {hint}
      </p>
    </div>
  );
}

/** A setting that is a number; empty means: as the checkpoint has it, which is shown in its place. */
export function NumberSetting({ name, disabled = false }: { name: NumberFieldName; disabled?: boolean }) {
  const t = useTranslations("settings");
  const locale = useLocale();
  const id = useId();
  const { settings, change } = useSettings();
  const { typed, type } = useEntries();
  const engine = useEngineInfo();
  const field = numberFields[name];
  const value = field.get(settings);
  const usual = field.usual(engine);
  const text = typed.get(name) ?? (value === undefined ? "" : String(value));
  const entry = parseNumber(text, field);
  const write = (number: number) => new Intl.NumberFormat(locale, { maximumFractionDigits: 4, useGrouping: number >= 10_000 }).format(number);
  const range = name === "seed" ? t("rangeFrom", { min: write(field.min) }) : t("range", { min: write(field.min), max: write(field.max) });
  const label = t(`fields.${name}.label`);
  const problem = entry.ok ? crossProblem(name, value, settings) : entry.problem;
  return (
    <Labelled
      id={id}
      label={label}
      hint={`${t(`fields.${name}.hint`)} ${range}`}
      problem={problem === undefined ? undefined : t(`problems.${problem}`, { range })}
      reset={{
        label: t("resetOne", { label }),
        disabled: text === "",
        onClick: () => {
          type(name, undefined);
          change(field.set(settings, undefined));
        },
      }}
      inline
    >
      <input
        id={id}
        type="text"
        inputMode={field.whole && field.min >= 0 ? "numeric" : "decimal"}
        autoComplete="off"
        value={text}
        disabled={disabled}
        placeholder={usual === undefined ? t(name === "seed" ? "emptySeed" : "empty") : write(usual)}
        aria-describedby={clsx(problem !== undefined && `${id}-problem`, `${id}-hint`)}
        aria-invalid={problem !== undefined}
        onChange={(event) => {
          type(name, event.target.value);
          const next = parseNumber(event.target.value, field);
          if (next.ok) change(field.set(settings, next.value));
        }}
        onBlur={() => entry.ok && type(name, undefined)}
        className={clsx(fieldLook, "text-right tabular-nums disabled:opacity-50", problem === undefined ? "border-line-strong" : "border-danger")}
      />
    </Labelled>
  );
}

/** What two fields say against each other; the greater one of the pair holds. */
function crossProblem(name: NumberFieldName, value: number | undefined, { pictureTokens: { min, max } }: { pictureTokens: { min?: number | undefined; max?: number | undefined } }) {
  return name === "pictureMax" && value !== undefined && min !== undefined && max !== undefined && min > max ? "crossed" : undefined;
}

/** The strings at which an answer ends, one a line. */
export function StopSetting() {
  const t = useTranslations("settings");
  const id = useId();
  const { settings, change } = useSettings();
  const { typed, type } = useEntries();
  const text = typed.get("stop") ?? formatStops(settings.stop);
  const entry = parseStops(text);
  const label = t("stop.label");
  return (
    <Labelled
      id={id}
      label={label}
      hint={t("stop.hint", stopLimits)}
      problem={entry.ok ? undefined : t(`problems.${entry.problem}`, { ...stopLimits, range: "" })}
      reset={{
        label: t("resetOne", { label }),
        disabled: text === "",
        onClick: () => {
          type("stop", undefined);
          change({ ...settings, stop: [] });
        },
      }}
    >
      <textarea
        id={id}
        rows={2}
        value={text}
        spellCheck={false}
        aria-describedby={clsx(!entry.ok && `${id}-problem`, `${id}-hint`)}
        aria-invalid={!entry.ok}
        onChange={(event) => {
          type("stop", event.target.value);
          const next = parseStops(event.target.value);
          if (next.ok) change({ ...settings, stop: next.value });
        }}
        onBlur={() => entry.ok && type("stop", undefined)}
        className={clsx(fieldLook, "resize-y py-2 font-mono", entry.ok ? "border-line-strong" : "border-danger")}
      />
    </Labelled>
  );
}

/** The words that stand before every conversation. */
export function SystemPromptSetting() {
  const t = useTranslations("settings");
  const id = useId();
  const { settings, change } = useSettings();
  const label = t("systemPrompt.label");
  return (
    <Labelled
      id={id}
      label={label}
      hint={t("systemPrompt.hint")}
      reset={{ label: t("resetOne", { label }), disabled: settings.systemPrompt === "", onClick: () => change({ ...settings, systemPrompt: "" }) }}
    >
      <textarea
        id={id}
        rows={3}
        value={settings.systemPrompt}
        placeholder={t("systemPrompt.empty")}
        aria-describedby={`${id}-hint`}
        onChange={(event) => change({ ...settings, systemPrompt: event.target.value })}
        className={clsx(fieldLook, "max-h-60 resize-y border-line-strong py-2")}
      />
    </Labelled>
  );
}

interface ChoiceProps<Name extends string> {
  label: string;
  names: readonly Name[];
  /** Undefined where none of them holds. */
  chosen: Name | undefined;
  nameOf: (name: Name) => string;
  hint: string;
  onChoose: (name: Name) => void;
}

/** One of a few, as buttons in a row. */
export function Choice<Name extends string>({ label, names, chosen, nameOf, hint, onChoose }: ChoiceProps<Name>) {
  const id = useId();
  return (
    <fieldset aria-describedby={`${id}-hint`} className="grid grid-cols-[minmax(0,1fr)] gap-1.5">
      <legend className="pb-1.5 text-sm font-medium">{label}</legend>
      <div className="flex flex-wrap gap-1.5">
        {names.map((name) => (
          <label
            key={name}
            className={clsx(
              // The hidden button lies within, or bringing it into sight would move the whole panel.
              "relative inline-flex min-h-11 cursor-pointer items-center rounded-full border px-3.5 text-sm transition-colors has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent md:min-h-9",
              name === chosen ? "border-accent bg-accent-soft font-medium text-accent" : "border-line-strong text-ink hover:bg-sunken",
            )}
          >
            <input type="radio" name={id} checked={name === chosen} onChange={() => onChoose(name)} className="sr-only" />
            {nameOf(name)}
          </label>
        ))}
      </div>
      <p id={`${id}-hint`} className="text-[0.8125rem] leading-snug text-muted">
        {hint}
      </p>
    </fieldset>
  );
}
