import { describe, expect, it } from "vitest";
import { parseModelConfig, withYarn } from "./config.ts";
import { expectedTensors } from "./expectedTensors.ts";

const vision = { out_hidden_size: 2048 };
const text = { hidden_size: 2048 };

function parse(extra: Record<string, unknown> = {}) {
  return parseModelConfig({ model_type: "qwen3_vl", text_config: { ...text, ...extra }, vision_config: vision }).model;
}

describe("parseModelConfig", () => {
  it("reads both spellings of the rotary parameters alike", () => {
    const rope = { mrope_section: [6, 5, 5], mrope_interleaved: true, rope_type: "yarn", factor: 2, original_max_position_embeddings: 64 };
    const older = parse({ rope_theta: 5e6, rope_scaling: rope }).text.rope;
    expect(parse({ rope_parameters: { ...rope, rope_theta: 5e6 } }).text.rope).toEqual(older);
    expect(older).toEqual({
      theta: 5e6,
      mropeSection: [6, 5, 5],
      scaling: { type: "yarn", factor: 2, originalContext: 64, betaFast: 32, betaSlow: 1, attentionFactor: 0.1 * Math.log(2) + 1, truncate: true },
    });
  });

  it("takes what is left out from transformers' defaults", () => {
    const config = parseModelConfig({ model_type: "qwen3_vl", vision_config: { out_hidden_size: 4096 } }).model;
    expect(config.text).toMatchObject({ hiddenSize: 4096, layers: 32, heads: 32, kvHeads: 32, headDim: 128, vocabularySize: 151936, moe: undefined });
    expect(config.text.rope).toEqual({ theta: 500_000, mropeSection: [24, 20, 20], scaling: { type: "default" } });
    expect(config.vision).toMatchObject({ depth: 27, hiddenSize: 1152, gridSize: 48, deepstackLayers: [8, 16, 24] });
    expect(config.tokens).toEqual({ image: 151655, video: 151656, visionStart: 151652, visionEnd: 151653 });
    expect(config.tieWordEmbeddings).toBe(false);
  });

  it("finds YaRN's magnitude as transformers does", () => {
    const yarn = { rope_type: "yarn", factor: 4, original_max_position_embeddings: 64 };
    const magnitude = (extra: Record<string, unknown>) => {
      const { scaling } = parse({ rope_scaling: { ...yarn, ...extra } }).text.rope;
      return scaling.type === "yarn" ? scaling.attentionFactor : undefined;
    };
    expect(magnitude({ attention_factor: 1.5 })).toBe(1.5);
    expect(magnitude({ mscale: 0.7, mscale_all_dim: 0.5 })).toBeCloseTo((0.07 * Math.log(4) + 1) / (0.05 * Math.log(4) + 1), 12);
    expect(magnitude({ mscale: 0.7 })).toBeCloseTo(0.1 * Math.log(4) + 1, 12);
    expect(magnitude({ factor: 0.5 })).toBe(1);
  });

  it("stretches the context by YaRN, as rope_scaling in the file would", () => {
    const rope = { mrope_section: [6, 5, 5], rope_theta: 5e6 };
    const plain = parse({ rope_scaling: { ...rope, rope_type: "default" }, max_position_embeddings: 262_144 });
    const scaled = parse({ rope_scaling: { ...rope, rope_type: "yarn", factor: 3, original_max_position_embeddings: 262_144 }, max_position_embeddings: 262_144 });
    expect(scaled.text.maxPositions).toBe(786_432);
    const stretched = withYarn(plain, 3).text;
    expect([stretched.rope, stretched.maxPositions]).toEqual([scaled.text.rope, 786_432]);
    expect(() => withYarn(scaled, 2)).toThrow(/already is yarn with factor 3/);
  });

  it("knows which layers of a mixture of experts are dense", () => {
    const { model } = parseModelConfig({
      model_type: "qwen3_vl_moe",
      text_config: { ...text, num_experts: 8, num_hidden_layers: 6, decoder_sparse_step: 2, mlp_only_layers: [3] },
      vision_config: vision,
    });
    const layers = [0, 1, 2, 3, 4, 5].map((layer) => model.text.moe?.isExpertLayer(layer));
    expect(layers).toEqual([false, true, false, false, false, true]);
    const names = [...expectedTensors(model)].map(({ name }) => name);
    expect(names).toContain("model.language_model.layers.1.mlp.experts.gate_up_proj");
    expect(names).toContain("model.language_model.layers.3.mlp.gate_proj.weight");
    expect(names).toContain("lm_head.weight");
  });

  it.each<[string, Record<string, unknown>]>([
    ["a rope_type that is not known", { rope_scaling: { rope_type: "dynamic" } }],
    ["heads that do not divide", { num_attention_heads: 6, num_key_value_heads: 4 }],
    ["another activation", { hidden_act: "gelu" }],
    ["a size that is none", { num_hidden_layers: 0 }],
    ["a vision tower of another width", { hidden_size: 1024 }],
  ])("refuses %s", (_, extra) => {
    expect(() => parse(extra)).toThrow(/checkpoint_(corrupt|unsupported)/);
  });
});
