import { z } from "zod";
import { EngineError } from "../../../inference/errors.ts";
import { tokensReplySchema } from "../../protocol.ts";
import type { EngineClient } from "./client.ts";
import type { Dialect } from "./dialects.ts";
import { harmless } from "./request.ts";

const tokenizedSchema = z.object({ count: z.number().int().nonnegative() });

export interface TokensOptions {
  client: EngineClient;
  dialect: Dialect;
  model: string;
  signal: AbortSignal;
}

/**
 * How many tokens each text is as it would be sent, counted by the engine's own tokenizer; undefined where it cannot.
 *
 * @throws EngineError engine_…; what the signal was aborted with
 */
export async function countTokens(texts: readonly string[], { client, dialect, model, signal }: TokensOptions): Promise<readonly number[] | undefined> {
  const sent = texts.map(harmless);
  switch (dialect.countsTokens) {
    case undefined:
      return undefined;
    case "all": {
      const { counts } = parse(tokensReplySchema, await client.postJson("//api/tokens", { texts: sent }, signal), client);
      return counts?.length === sent.length ? counts : undefined;
    }
    case "each": {
      const counts: number[] = [];
      for (const prompt of sent) {
        const request = { model, prompt, add_special_tokens: false };
        counts.push(prompt === "" ? 0 : parse(tokenizedSchema, await client.postJson("//tokenize", request, signal), client).count);
      }
      return counts;
    }
  }
}

function parse<Value>(schema: z.core.$ZodType<Value>, answer: unknown, { name }: EngineClient): Value {
  const parsed = z.safeParse(schema, answer);
  if (!parsed.success) throw new EngineError("engine_address", { host: name.host }, { cause: parsed.error });
  return parsed.data;
}
