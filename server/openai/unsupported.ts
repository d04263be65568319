import { unsupported } from "./fault.ts";

/** Whether a value asks for nothing: what a client sends when it leaves a parameter alone. */
function isIdle(value: unknown): boolean {
  return value === null || value === undefined || value === false || (Array.isArray(value) && value.length === 0);
}

const templates = "The chat template is the checkpoint's own and cannot be changed by a request.";
const structured = "Answers in a given form are not supported; describe the form in the prompt.";
const embeddings = "Embeddings cannot be sent; send text, pictures and clips.";

/** Parameters that change what is answered, which we cannot do: an answer without them would be a lie. */
const refusals: Record<string, string> = {
  functions: "It is deprecated and not supported; use tools.",
  function_call: "It is deprecated and not supported; use tool_choice.",
  guided_json: structured,
  guided_regex: structured,
  guided_choice: structured,
  guided_grammar: structured,
  guided_decoding_backend: structured,
  structured_outputs: structured,
  chat_template: templates,
  chat_template_kwargs: templates,
  documents: templates,
  prompt_embeds: embeddings,
  image_embeds: embeddings,
  audio_embeds: embeddings,
  audio: "Sound cannot be answered with.",
  web_search_options: "There is no web search.",
  stop_token_ids: "It is not supported; use stop.",
  bad_words: "It is not supported; use logit_bias.",
  allowed_token_ids: "It is not supported; use logit_bias.",
  logits_processors: "It is not supported; use logit_bias.",
  min_tokens: "It is not supported.",
  use_beam_search: "It is not supported.",
  echo: "It is not supported.",
  ignore_eos: "It is not supported.",
};

/** What is idle in these besides null, false and an empty list. */
const idleValues: Record<string, readonly unknown[]> = { min_tokens: [0], function_call: ["none"] };

/** @throws ApiFault unsupported_parameter, for what is known and not to be had */
export function refuseUnsupported(body: unknown): void {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return;
  const values = new Map(Object.entries(body));
  for (const [name, reason] of Object.entries(refusals)) {
    const value: unknown = values.get(name);
    if (!isIdle(value) && idleValues[name]?.includes(value) !== true) throw unsupported(name, `${name} cannot be used here. ${reason}`);
  }
  for (const name of ["n", "best_of"]) {
    const value: unknown = values.get(name);
    if (!isIdle(value) && value !== 1) throw unsupported(name, `${name} can only be 1: one answer is written for a request.`);
  }
  refuseFormat(values.get("response_format"));
  refuseChoice(values.get("tool_choice"));
  refuseModalities(values.get("modalities"));
}

function refuseFormat(format: unknown): void {
  if (typeof format !== "object" || format === null || !("type" in format) || format.type === "text") return;
  throw unsupported("response_format", `response_format can only be text. ${structured}`);
}

function refuseChoice(choice: unknown): void {
  if (isIdle(choice) || choice === "auto" || choice === "none") return;
  throw unsupported("tool_choice", "tool_choice can only be auto or none: the model decides itself whether it calls.");
}

function refuseModalities(modalities: unknown): void {
  if (isIdle(modalities) || (Array.isArray(modalities) && modalities.every((one) => one === "text"))) return;
  throw unsupported("modalities", "Only text is answered.");
}
