import { describe, expect, it } from "vitest";
import { parseModelConfig } from "../checkpoint/config.ts";
import { jsonObjectSchema, readJson } from "../checkpoint/files.ts";
import { EngineError } from "../errors.ts";
import { caseNames, readCase, type ReferenceCase } from "../reference/read.ts";
import { mropePositions } from "./positions.ts";

async function configOf(reference: ReferenceCase) {
  return parseModelConfig(await readJson(reference.checkpointFolder, "config.json", jsonObjectSchema)).model;
}

describe("mropePositions", () => {
  it.each(caseNames)("equals the reference: %s", async (name) => {
    const reference = readCase(name);
    const { positions, delta } = mropePositions([...reference.int32("input_ids").values], reference.media, await configOf(reference));
    expect(positions).toEqual(reference.int32("position_ids").values);
    expect(delta).toBe(reference.int32("rope_delta").values[0]);
  });

  it("refuses pads that are not those of the media", async () => {
    const reference = readCase("image");
    const config = await configOf(reference);
    const tokens = [...reference.int32("input_ids").values];
    const media = reference.media;
    expect(() => mropePositions(tokens, [], config)).toThrow(EngineError);
    expect(() => mropePositions(tokens, [...media, ...media], config)).toThrow(EngineError);
    expect(() => mropePositions(tokens.slice(0, 10), media, config)).toThrow(EngineError);
    expect(() => mropePositions(tokens, [{ kind: "video", grid: { t: 1, h: 6, w: 10 } }], config)).toThrow(EngineError);
  });
});
