import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { EngineError } from "../../inference/errors.ts";
import type { GenerationEvent } from "../../inference/events.ts";
import type { EngineInfo } from "../../inference/protocol.ts";
import type { Config } from "../config.ts";
import { sendJson } from "../http/reply.ts";
import { checkLimits, type ChatRequest } from "../resolve.ts";
import type { Run } from "../run.ts";
import type { Runs } from "../runs.ts";
import { AnswerParts, apiUsage, isEmpty } from "./answerParts.ts";
import type { BodyReader } from "./body.ts";
import { Chunks, WholeAnswer, type CompletionHead } from "./completion.ts";
import { checkTogether, mediaOf, toChatRequest } from "./convert.ts";
import { endingFault, schemaFault, toApiReply } from "./fault.ts";
import type { Intake } from "./intake.ts";
import type { ServedModel } from "./models.ts";
import { completionRequestSchema, type CompletionRequest } from "./requestSchema.ts";
import { runEvents } from "./runEvents.ts";
import { EventSink } from "./sse.ts";
import { refuseUnsupported } from "./unsupported.ts";

export interface CompletionsOptions {
  runs: Runs;
  intake: Intake;
  bodies: BodyReader;
  model: ServedModel;
  config: Pick<Config, "limits" | "timing">;
}

/** Milliseconds between two signs of life while nothing is written yet. */
const heartbeat = 5000;
/** So long a failure is still answered with its own status; then the stream begins with a sign of life. */
const patience = 2000;

interface Task {
  request: CompletionRequest;
  info: EngineInfo;
  head: CompletionHead;
}

/** POST /v1/chat/completions */
export class CompletionsRoute {
  readonly #options: CompletionsOptions;

  constructor(options: CompletionsOptions) {
    this.#options = options;
  }

  /** @throws whatever is answered with a status of its own; nothing has been sent then */
  async handle(request: IncomingMessage, response: ServerResponse, owner: string): Promise<void> {
    const { bodies, model, intake, config } = this.#options;
    const gone = new AbortController();
    response.once("close", () => gone.abort(new EngineError("invalid_request", { reason: "the caller is gone" })));
    const body = parseRequest(await bodies.read(request));
    const info = model.info(body.model);
    const references = mediaOf(body.messages, { host: request.headers.host ?? "", mostFrames: config.limits.framesPerVideo });
    await using taken = await intake.take(owner, references, gone.signal);
    const chat = toChatRequest(body, taken.media, info);
    checkLimits(chat, config.limits);
    const head = { id: `chatcmpl-${randomBytes(16).toString("hex")}`, created: Math.floor(Date.now() / 1000), model: info.name };
    await this.#run({ request: body, info, head }, chat, { response, owner, signal: gone.signal });
  }

  async #run(task: Task, chat: ChatRequest, { response, owner, signal }: { response: ServerResponse; owner: string; signal: AbortSignal }): Promise<void> {
    if (signal.aborted) return;
    const { runs } = this.#options;
    const id = randomUUID();
    const run = runs.start(owner, id, chat);
    const stop = (): void => run.stop();
    signal.addEventListener("abort", stop, { once: true });
    try {
      if (task.request.stream === true) await this.#stream(task, chat, { run, response, signal });
      else await this.#answer(task, chat, { run, response, signal });
    } finally {
      signal.removeEventListener("abort", stop);
      run.stop();
      // Its media go with it: the engine must have let go of them.
      await run.end;
      runs.forget(owner, id);
    }
  }

  async #answer({ request, info, head }: Task, chat: ChatRequest, { run, response, signal }: { run: Run; response: ServerResponse; signal: AbortSignal }): Promise<void> {
    const parts = answerParts(request, chat, info);
    const whole = new WholeAnswer(request.logprobs === true);
    for await (const event of runEvents(run, heartbeat)) {
      if (event?.type === "text") whole.add(parts.push(event.delta, event.logprobs));
      if (event?.type === "finish") {
        if (signal.aborted) return;
        checkFinished(event);
        whole.add(parts.flush());
        sendJson(response, 200, whole.completion(head, parts.reason(event.reason), apiUsage(event.usage)));
      }
      if (event?.type === "error") throw new EngineError(event.error.code, event.error.params);
    }
  }

  async #stream(task: Task, chat: ChatRequest, { run, response, signal }: { run: Run; response: ServerResponse; signal: AbortSignal }): Promise<void> {
    const { request, info, head } = task;
    const sink = new EventSink(response, this.#options.config.timing.stall);
    const parts = answerParts(request, chat, info);
    const usage = request.stream_options?.include_usage === true;
    const chunks = new Chunks(head, { usage, logprobs: request.logprobs === true });
    let begun = false;
    const begin = async (): Promise<void> => {
      if (begun) return;
      begun = true;
      await sink.data(chunks.first());
    };
    try {
      for await (const event of runEvents(run, patience)) {
        if (signal.aborted) return;
        if (event === undefined) await sink.comment("waiting");
        else if (event.type === "text") {
          await begin();
          const delta = parts.push(event.delta, event.logprobs);
          if (!isEmpty(delta)) await sink.data(chunks.delta(delta));
        } else if (event.type === "finish") {
          checkFinished(event);
          await begin();
          const rest = parts.flush();
          if (!isEmpty(rest)) await sink.data(chunks.delta(rest));
          await sink.data(chunks.last(parts.reason(event.reason)));
          if (usage) await sink.data(chunks.usage(apiUsage(event.usage)));
        } else if (event.type === "error") throw new EngineError(event.error.code, event.error.params);
      }
    } catch (fault) {
      if (!sink.begun) throw fault;
      await sink.data(toApiReply(fault).body);
    }
    await sink.data("[DONE]");
    sink.end();
  }
}

/** An answer that the caller did not stop was stopped by the server's end. */
function checkFinished({ reason }: Extract<GenerationEvent, { type: "finish" }>): void {
  if (reason === "abort") throw endingFault();
}

function answerParts(request: CompletionRequest, { tools }: ChatRequest, info: EngineInfo): AnswerParts {
  return new AnswerParts({ thinking: info.thinking && request.continue_final_message !== true, tools: tools !== undefined });
}

/** @throws ApiFault */
function parseRequest(body: unknown): CompletionRequest {
  refuseUnsupported(body);
  const parsed = completionRequestSchema.safeParse(body);
  if (!parsed.success) throw schemaFault(parsed.error);
  checkTogether(parsed.data);
  return parsed.data;
}
