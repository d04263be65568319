import { expect, it } from "vitest";
import { readDefaults, saveDefaults } from "./savedDefaults.ts";
import { defaultSettings } from "./settings.ts";

function storage(kept = new Map<string, string>()) {
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
}

it("what was saved is what new conversations begin with", () => {
  const place = storage();
  const settings = { ...defaultSettings, systemPrompt: "Be brief.", maxNewTokens: 50 };
  expect(saveDefaults(settings, place)).toBe(true);
  expect(readDefaults(place)).toEqual(settings);
});

it("what can't be read counts as absent", () => {
  expect(readDefaults(storage())).toEqual(defaultSettings);
  expect(readDefaults(storage(new Map([["settings", "{broken"]])))).toEqual(defaultSettings);
  expect(readDefaults(storage(new Map([["settings", '{"maxNewTokens":-1}']])))).toEqual(defaultSettings);
});

it("a browser that keeps nothing says so", () => {
  const full = { setItem: () => { throw new DOMException("full", "QuotaExceededError"); } };
  expect(saveDefaults(defaultSettings, full)).toBe(false);
});
