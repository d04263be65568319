import { z } from "zod";
import type { Config } from "../config.ts";
import type { Engine } from "../engine/types.ts";
import { sendError, sendJson } from "../http/reply.ts";
import { route, type Exchange, type Route } from "../http/routes.ts";
import type { Log } from "../log.ts";
import type { Fetcher } from "../media/fetcher.ts";
import type { MediaStore } from "../media/store.ts";
import type { Runs } from "../runs.ts";
import { BodyReader } from "./body.ts";
import { CompletionsRoute } from "./completionsRoute.ts";
import { isApiDefect, toApiReply } from "./fault.ts";
import { Intake } from "./intake.ts";
import { ServedModel } from "./models.ts";
import { openApi } from "./openapi.ts";

export interface OpenAiOptions {
  runs: Runs;
  store: MediaStore;
  engine: Engine;
  fetcher: Pick<Fetcher, "fetch">;
  config: Pick<Config, "limits" | "timing">;
  log: Log;
}

/** The API that OpenAI's clients speak, below /v1. */
export function openAiRoutes({ runs, store, engine, fetcher, config, log }: OpenAiOptions): Route[] {
  const model = new ServedModel(engine);
  const intake = new Intake({ store, engine, fetcher, limits: config.limits });
  const completions = new CompletionsRoute({ runs, intake, model, config, bodies: new BodyReader() });

  /** Faults in OpenAI's words. A program without a cookie gets none: it would send it back without an Origin, and be refused. */
  const answering =
    <Params>(answer: (exchange: Exchange<Params>) => void | Promise<void>) =>
    async (exchange: Exchange<Params>): Promise<void> => {
      const { request, response } = exchange;
      response.removeHeader("Set-Cookie");
      try {
        await answer(exchange);
      } catch (fault) {
        if (request.destroyed && !request.complete) return;
        if (isApiDefect(fault)) log.fault("api", fault);
        sendError(request, response, toApiReply(fault));
      }
    };

  const description = openApi("0.1.0");
  return [
    route("/openapi.json", {}, { GET: ({ response }) => sendJson(response, 200, description) }, "open"),
    route("/v1/models", {}, { GET: answering(({ response }) => sendJson(response, 200, { object: "list", data: [model.describe()] })) }),
    route("/v1/models/:id", { id: modelId }, { GET: answering(({ response, params }) => sendJson(response, 200, model.describe(params.id))) }),
    route("/v1/chat/completions", {}, { POST: answering(({ request, response, owner }) => completions.handle(request, response, owner)) }),
  ];
}

const modelId = z.string().max(512).transform((text, context) => {
  try {
    return decodeURIComponent(text);
  } catch {
    context.addIssue("not an encoded name");
    return z.NEVER;
  }
});
