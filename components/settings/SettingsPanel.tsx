"use client";

import { X } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { ActionButton } from "../composer/ActionButton.tsx";
import { Sheet } from "../shell/Sheet.tsx";
import { phone, useMediaQuery } from "../shell/useMediaQuery.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { FoldSummary } from "../ui/FoldSummary.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { Choice, NumberSetting, Section, StopSetting, SystemPromptSetting } from "./controls.tsx";
import { useEntries } from "./entries.ts";
import { picturePresetOf, picturePresets, samplingPresetOf, withSamplingPreset, type PicturePreset, type SamplingPreset } from "./presets.ts";
import { readDefaults, saveDefaults } from "./savedDefaults.ts";
import { defaultSettings, type ConversationSettings } from "./settings.ts";
import { SettingsSummary } from "./SettingsSummary.tsx";
import { useEngineInfo, useSettings } from "./useSettings.ts";

/** How this conversation is asked. Beside the page, on a phone a sheet over it; every change holds from the next message on. */
export function SettingsPanel({ onClose }: { onClose: () => void }) {
  const t = useTranslations("settings");
  const isPhone = useMediaQuery(phone);
  if (isPhone) {
    return (
      <Sheet label={t("title")} size="full" onClose={onClose}>
        <Content onClose={onClose} />
      </Sheet>
    );
  }
  return (
    <Dialog
      label={t("title")}
      onClose={onClose}
      className="my-0 mr-0 ml-auto h-dvh max-h-none w-104 max-w-full overflow-hidden border-l border-line bg-surface text-ink shadow-2xl backdrop:bg-black/20 starting:translate-x-8 starting:opacity-0 transition-[translate,opacity] duration-200"
    >
      <Content onClose={onClose} />
    </Dialog>
  );
}

function Content({ onClose }: { onClose: () => void }) {
  const t = useTranslations("settings");
  return (
    <div className="flex h-full flex-col">
      <div className="flex items-start justify-between gap-3 px-5 pt-3 pb-2">
        <div className="min-w-0">
          <h2 className="text-lg font-semibold">{t("title")}</h2>
          <p className="text-sm text-muted">{t("intro")}</p>
        </div>
        <IconButton label={t("close")} onClick={onClose} className="-mr-2">
          <X aria-hidden />
        </IconButton>
      </div>
      <div className="relative grid min-h-0 grow grid-cols-[minmax(0,1fr)] content-start gap-6 overflow-y-auto overscroll-contain px-5 pt-2 pb-6">
        <SystemPromptSetting />
        <SamplingSection />
        <PictureSection />
        <ClipSection />
        <VisionIdSection />
        <ToolsSection />
      </div>
      <Footer />
    </div>
  );
}

/** The numbers of a preset that is chosen replace what was typed into their fields. */
function useForget(): (fields: readonly string[]) => void {
  const { type } = useEntries();
  return (fields) => {
    for (const field of fields) type(field, undefined);
  };
}

const samplingFields = ["temperature", "top_p", "top_k", "min_p", "presence_penalty", "frequency_penalty", "repetition_penalty"] as const;
const samplingNames = ["checkpoint", "instruct", "thinking", "greedy"] as const satisfies readonly SamplingPreset[];

function SamplingSection() {
  const t = useTranslations("settings");
  const { settings, change } = useSettings();
  const forget = useForget();
  const chosen = samplingPresetOf(settings.sampling);
  const known = useEngineInfo()?.remote?.sampling;
  const isUnknown = (name: string) => known !== undefined && !known.includes(name);
  return (
    <Section title={t("sampling.title")} intro={t("sampling.intro")}>
      <Choice
        label={t("sampling.preset")}
        names={samplingNames}
        chosen={chosen}
        nameOf={(name) => t(`sampling.${name}.name`)}
        hint={t(`sampling.${chosen ?? "own"}.hint`)}
        onChoose={(name) => {
          forget(samplingFields);
          change({ ...settings, sampling: withSamplingPreset(settings.sampling, name) });
        }}
      />
      <More label={t("sampling.more")} open={chosen === undefined}>
        {samplingFields.map((name) => (
          <NumberSetting key={name} name={name} disabled={isUnknown(name) || (settings.sampling.greedy === true && !name.endsWith("penalty"))} />
        ))}
        {samplingFields.some(isUnknown) && <p className="text-sm text-muted">{t("sampling.unknown")}</p>}
      </More>
      <NumberSetting name="seed" />
      <NumberSetting name="maxNewTokens" />
      <StopSetting />
    </Section>
  );
}

const pictureNames = Object.keys(picturePresets).filter((name): name is PicturePreset => name in picturePresets);

function PictureSection() {
  const t = useTranslations("settings");
  const { settings, change } = useSettings();
  const forget = useForget();
  const chosen = picturePresetOf(settings.pictureTokens);
  return (
    <Section title={t("pictures.title")} intro={t("pictures.intro")}>
      <Choice
        label={t("pictures.preset")}
        names={pictureNames}
        chosen={chosen}
        nameOf={(name) => t(`pictures.${name}.name`)}
        hint={t(`pictures.${chosen ?? "own"}.hint`)}
        onChoose={(name) => {
          forget(["pictureMin", "pictureMax"]);
          change({ ...settings, pictureTokens: picturePresets[name] });
        }}
      />
      <More label={t("pictures.more")} open={chosen === undefined}>
        <NumberSetting name="pictureMin" />
        <NumberSetting name="pictureMax" />
      </More>
    </Section>
  );
}

function ClipSection() {
  const t = useTranslations("settings");
  const { settings, change } = useSettings();
  const forget = useForget();
  const [byCount, setByCount] = useState(settings.clip.frames !== undefined);
  const chosen = byCount ? "frames" : "fps";
  return (
    <Section title={t("clips.title")} intro={t("clips.intro")}>
      <Choice
        label={t("clips.mode")}
        names={["fps", "frames"] as const}
        chosen={chosen}
        nameOf={(name) => t(`clips.${name}`)}
        hint={t("clips.modeHint")}
        onChoose={(name) => {
          setByCount(name === "frames");
          // One excludes the other.
          forget(["fps", "frames"]);
          change({ ...settings, clip: { ...settings.clip, fps: undefined, frames: undefined } });
        }}
      />
      {byCount ? (
        <NumberSetting name="frames" />
      ) : (
        <>
          <NumberSetting name="fps" />
          <NumberSetting name="maxFrames" />
        </>
      )}
      <NumberSetting name="tokensPerFrame" />
      <NumberSetting name="totalTokens" />
    </Section>
  );
}

function VisionIdSection() {
  const t = useTranslations("settings");
  const { settings, change } = useSettings();
  const chosen = settings.addVisionId === undefined ? "auto" : settings.addVisionId ? "on" : "off";
  return (
    <Section title={t("visionId.title")}>
      <Choice
        label={t("visionId.label")}
        names={["auto", "on", "off"] as const}
        chosen={chosen}
        nameOf={(name) => t(`visionId.${name}`)}
        hint={t("visionId.hint")}
        onChoose={(name) => change({ ...settings, addVisionId: name === "auto" ? undefined : name === "on" })}
      />
    </Section>
  );
}

/** What the model may ask the page to do. */
function ToolsSection() {
  const t = useTranslations("settings");
  const { settings, change } = useSettings();
  return (
    <Section title={t("tools.title")}>
      <Choice
        label={t("tools.zoom")}
        names={["on", "off"] as const}
        chosen={settings.tools.zoom ? "on" : "off"}
        nameOf={(name) => t(`visionId.${name}`)}
        hint={t("tools.zoomHint")}
        onChoose={(name) => change({ ...settings, tools: { zoom: name === "on" } })}
      />
    </Section>
  );
}

function More({ label, open, children }: { label: string; open: boolean; children: ReactNode }) {
  return (
    <details open={open}>
      <FoldSummary className="text-sm font-medium">{label}</FoldSummary>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 pt-3">{children}</div>
    </details>
  );
}

const isEqual = (a: ConversationSettings, b: ConversationSettings) => JSON.stringify(a) === JSON.stringify(b);

/** What is changed, and where to with it. */
function Footer() {
  const t = useTranslations("settings");
  const { settings, change } = useSettings();
  const { typed, type } = useEntries();
  const [told, setTold] = useState<"saved" | "notSaved" | "reset">();
  const [defaults, setDefaults] = useState(readDefaults);
  const set = (next: ConversationSettings) => {
    for (const field of typed.keys()) type(field, undefined);
    change({ ...defaultSettings, maxNewTokens: undefined, addVisionId: undefined, ...next });
    setTold("reset");
  };
  return (
    <div className="grid gap-2 border-t border-line px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
      <SettingsSummary className="text-sm" />
      <div className="flex flex-wrap items-center gap-2">
        <ActionButton
          strong
          disabled={isEqual(settings, defaults)}
          onClick={() => {
            setTold(saveDefaults(settings) ? "saved" : "notSaved");
            setDefaults(settings);
          }}
        >
          {t("saveDefault")}
        </ActionButton>
        <ActionButton disabled={isEqual(settings, defaults) && typed.size === 0} onClick={() => set(defaults)}>
          {t("reset")}
        </ActionButton>
        {!isEqual(defaults, defaultSettings) && <ActionButton onClick={() => set(defaultSettings)}>{t("resetFactory")}</ActionButton>}
      </div>
      <p role="status" className="min-h-5 text-sm text-muted">
        {told !== undefined && t(`told.${told}`)}
      </p>
    </div>
  );
}
