import { numberFields, type NumberFieldName } from "./fields.ts";
import { picturePresetOf, samplingPresetOf, type PicturePreset, type SamplingPreset } from "./presets.ts";
import type { ConversationSettings } from "./settings.ts";

/** What is set otherwise than it comes, for a summary in words. */
export type Change =
  | { name: "systemPrompt" }
  | { name: "sampling"; preset: SamplingPreset }
  | { name: "pictures"; preset: PicturePreset }
  | { name: "number"; field: NumberFieldName; value: number }
  | { name: "greedy" }
  | { name: "stop"; count: number }
  | { name: "addVisionId"; on: boolean }
  | { name: "zoom" };

const samplingFields: ReadonlySet<NumberFieldName> = new Set(["temperature", "top_p", "top_k", "min_p", "presence_penalty", "frequency_penalty", "repetition_penalty"]);
const pictureFields: ReadonlySet<NumberFieldName> = new Set(["pictureMin", "pictureMax"]);

/** In the order of the panel. Named presets stand for their numbers. */
export function changesOf(settings: ConversationSettings): Change[] {
  const { systemPrompt, sampling, stop, addVisionId, pictureTokens, tools } = settings;
  const samplingPreset = samplingPresetOf(sampling);
  const picturePreset = picturePresetOf(pictureTokens);
  const changes: Change[] = [];
  if (systemPrompt.trim() !== "") changes.push({ name: "systemPrompt" });
  if (samplingPreset !== undefined && samplingPreset !== "checkpoint") changes.push({ name: "sampling", preset: samplingPreset });
  if (samplingPreset === undefined && sampling.greedy === true) changes.push({ name: "greedy" });
  if (picturePreset !== undefined && picturePreset !== "usual") changes.push({ name: "pictures", preset: picturePreset });
  for (const field of fieldNames) {
    const value = numberFields[field].get(settings);
    const isTold = (samplingFields.has(field) && samplingPreset !== undefined) || (pictureFields.has(field) && picturePreset !== undefined);
    if (value !== undefined && !isTold) changes.push({ name: "number", field, value });
  }
  if (stop.length > 0) changes.push({ name: "stop", count: stop.length });
  if (addVisionId !== undefined) changes.push({ name: "addVisionId", on: addVisionId });
  if (tools.zoom) changes.push({ name: "zoom" });
  return changes;
}

const fieldNames = Object.keys(numberFields).filter((name): name is NumberFieldName => name in numberFields);
