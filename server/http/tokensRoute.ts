import { EngineError } from "../../inference/errors.ts";
import type { Config } from "../config.ts";
import type { Engine } from "../engine/types.ts";
import { OwnerLimit } from "../ownerLimit.ts";
import { tokensRequestSchema, type TokensReply } from "../protocol.ts";
import { readJson } from "./body.ts";
import { sendJson } from "./reply.ts";
import { route, type Exchange, type Route } from "./routes.ts";

export interface TokensRouteOptions {
  engine: Engine;
  config: Pick<Config, "limits">;
}

/** UTF-8, with the escapes of JSON. */
const bytesPerCharacter = 6;
const countsPerOwner = 2;

/** POST /api/tokens: how many tokens texts are, counted by the checkpoint's own tokenizer where the engine runs and can say it. */
export class TokensRoute {
  readonly #options: TokensRouteOptions;
  readonly #limit = new OwnerLimit(countsPerOwner);

  constructor(options: TokensRouteOptions) {
    this.#options = options;
  }

  routes(): Route[] {
    return [route("/api/tokens", {}, { POST: (exchange) => this.#handle(exchange) })];
  }

  async #handle({ request, response, owner }: Exchange): Promise<void> {
    const { engine, config } = this.#options;
    const limit = config.limits.textCharacters;
    const { texts } = await readJson(request, tokensRequestSchema, limit * bytesPerCharacter);
    const characters = texts.reduce((sum, text) => sum + text.length, 0);
    if (characters > limit) throw new EngineError("invalid_request", { reason: "the text is too long", limit });
    using place = this.#limit.enter(owner);
    const gone = new AbortController();
    response.once("close", () => gone.abort(new EngineError("internal")));
    try {
      const counts = await engine.countTokens(texts, gone.signal);
      sendJson(response, 200, { counts: counts ? [...counts] : null } satisfies TokensReply);
    } catch (fault) {
      if (!gone.signal.aborted) throw fault;
    }
  }
}
