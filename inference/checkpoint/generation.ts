import { z } from "zod";
import type { GenerationDefaults } from "./types.ts";

/** generation_config.json; what is left out is the default of transformers' GenerationConfig. */
export const generationSchema = z.object({
  eos_token_id: z.union([z.number().int(), z.array(z.number().int())]).nullish(),
  do_sample: z.boolean().nullish(),
  temperature: z.number().nonnegative().nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  top_k: z.number().int().nonnegative().nullish(),
  repetition_penalty: z.number().positive().nullish(),
});

/** `eosTokenIds` are those to fall back on when the file names none. */
export function generationDefaults(json: z.infer<typeof generationSchema>, eosTokenIds: readonly number[]): GenerationDefaults {
  return {
    eosTokenIds: json.eos_token_id == null ? eosTokenIds : [json.eos_token_id].flat(),
    greedy: !(json.do_sample ?? false),
    temperature: json.temperature ?? 1,
    topP: json.top_p ?? 1,
    topK: json.top_k ?? 50,
    repetitionPenalty: json.repetition_penalty ?? 1,
  };
}
