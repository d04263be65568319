import { basename, resolve } from "node:path";
import { z } from "zod";
import { parseModelConfig, withYarn } from "./config.ts";
import { corrupt, jsonObjectSchema, missing, parseJson, readJson, readOptionalJson, readOptionalText } from "./files.ts";
import { generationDefaults, generationSchema } from "./generation.ts";
import { parseQuantization } from "./quantized/config.ts";
import { readProcessors } from "./readProcessors.ts";
import type { Checkpoint } from "./types.ts";
import { openWeights } from "./weights.ts";

type JsonObject = Record<string, unknown>;

export interface LoadOptions {
  /** How many times longer the context becomes by YaRN; see `withYarn`. */
  yarnFactor?: number | undefined;
}

/**
 * Opens a folder in the published layout of Qwen3-VL and checks it whole, so that nothing runs on a damaged one.
 *
 * @throws EngineError checkpoint_missing_file, checkpoint_unsupported or checkpoint_corrupt; invalid_request when its
 * positions are scaled already and shall be again.
 */
export async function loadCheckpoint(folder: string, { yarnFactor = 1 }: LoadOptions = {}): Promise<Checkpoint> {
  const configJson = await readJson(folder, "config.json", jsonObjectSchema);
  const { model, eosTokenIds } = parseModelConfig(configJson);
  const config = yarnFactor === 1 ? model : withYarn(model, yarnFactor);
  const quantization = parseQuantization(configJson);
  const tokenizer = await readJson(folder, "tokenizer.json", jsonObjectSchema);
  const tokenizerConfig = (await readOptionalJson(folder, "tokenizer_config.json", jsonObjectSchema)) ?? {};
  const chatTemplate = await readChatTemplate(folder, tokenizerConfig);
  const generation = await readOptionalJson(folder, "generation_config.json", generationSchema);
  const processors = await readProcessors(folder, config.vision);
  const tensors = await openWeights(folder, config, quantization);
  return {
    folder,
    name: basename(resolve(folder)),
    config,
    ...processors,
    generation: generationDefaults(generation ?? {}, eosTokenIds.length > 0 ? eosTokenIds : eosOfTokenizer(tokenizer, tokenizerConfig)),
    tokenizer: { model: tokenizer, config: tokenizerConfig },
    chatTemplate,
    tensors,
    [Symbol.dispose]: () => tensors[Symbol.dispose](),
  };
}

const templateJsonSchema = z.object({ chat_template: z.string() });
/** A string, or several by name, of which `default` is the one to talk with. */
const namedTemplatesSchema = z.array(z.object({ name: z.string(), template: z.string() }));

async function readChatTemplate(folder: string, tokenizerConfig: JsonObject): Promise<string> {
  const jinja = await readOptionalText(folder, "chat_template.jinja");
  if (jinja !== undefined) return jinja;
  const json = await readOptionalText(folder, "chat_template.json");
  if (json !== undefined) return parseJson("chat_template.json", json, templateJsonSchema).chat_template;
  const inConfig = tokenizerConfig.chat_template;
  if (inConfig === undefined || inConfig === null) throw missing(folder, "chat_template.jinja");
  if (typeof inConfig === "string") return inConfig;
  const named = namedTemplatesSchema.safeParse(inConfig).data?.find(({ name }) => name === "default");
  if (!named) throw corrupt("tokenizer_config.json", "it has no default chat_template");
  return named.template;
}

const addedTokensSchema = z.object({ added_tokens: z.array(z.object({ id: z.number().int(), content: z.string() })) });
/** A special token is named by its text, or by an object around it. */
const eosSchema = z.object({ eos_token: z.union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)]) });

/** The tokenizer's own end-of-sequence token, for folders whose configurations name none. */
function eosOfTokenizer(model: JsonObject, tokenizerConfig: JsonObject): readonly number[] {
  const eos = eosSchema.safeParse(tokenizerConfig).data?.eos_token;
  const added = addedTokensSchema.safeParse(model).data?.added_tokens ?? [];
  return added.filter(({ content }) => content === eos).map(({ id }) => id);
}
