import type { IncomingMessage } from "node:http";
import type { GenerationRequest } from "../../../inference/conversation.ts";
import { EngineError, toWireError } from "../../../inference/errors.ts";
import type { GenerationEvent, MediaInfo } from "../../../inference/events.ts";
import type { Timing } from "../../config.ts";
import { isDefect } from "../../errors.ts";
import type { Route } from "../../http/routes.ts";
import type { Log } from "../../log.ts";
import type { EngineStatus } from "../../protocol.ts";
import { abortedEvent } from "../events.ts";
import { EventStream } from "../eventStream.ts";
import { LocalEngine } from "../localEngine.ts";
import type { Engine, FileToInspect } from "../types.ts";
import { RemoteAnswer } from "./answer.ts";
import { readChunks } from "./chunks.ts";
import { EngineClient } from "./client.ts";
import { connectionTiming, EngineConnection, type ConnectionTiming } from "./connection.ts";
import { FittedMedia } from "./fittedMedia.ts";
import { JsonBodyBuilder, type JsonBody } from "./jsonBody.ts";
import { MediaLinks } from "./links.ts";
import { writeMedia } from "./media.ts";
import { writeRequest } from "./request.ts";
import type { RemoteSettings } from "./settings.ts";
import { countTokens } from "./tokens.ts";

export interface RemoteEngineOptions {
  settings: RemoteSettings;
  /** The entry file of the worker that looks at media. */
  worker: string;
  /** Of its own, for media that were reduced. */
  folder: string;
  timing: Timing;
  connection?: ConnectionTiming;
  /** How long an answer waits for an engine that cannot be reached, in milliseconds. */
  patience?: number;
  log: Log;
}

/** The local engine's bound too, where a request names none. */
const defaultMaxNewTokens = 4096;
const usualPatience = 60_000;

interface Prepared {
  body: JsonBody;
  /** Whether it holds what an engine may not take. */
  hasOptions: boolean;
  model: string;
  maxTokens: number;
}

/** What one answer holds until it ends. */
class Holdings implements Disposable {
  readonly #releases: (() => void)[] = [];
  readonly hold = (release: () => void): void => void this.#releases.push(release);

  [Symbol.dispose](): void {
    for (const release of this.#releases) release();
  }
}

/**
 * An engine elsewhere, spoken to by OpenAI's protocol: vLLM, SGLang, DashScope, another instance of this program. Pictures and
 * clips are still validated and sized here, in a process of their own.
 */
export class RemoteEngine implements Engine {
  readonly #options: RemoteEngineOptions;
  readonly #client: EngineClient;
  readonly #media: LocalEngine;
  readonly #fitted: FittedMedia;
  readonly #links: MediaLinks | undefined;
  readonly #connection: EngineConnection;
  readonly #listeners = new Set<(status: EngineStatus) => void>();
  /** Whether the engine takes options of media in a request; known once it refused them. */
  #takesOptions = true;
  #disposed = false;

  constructor(options: RemoteEngineOptions) {
    const { settings, worker, folder, timing, log } = options;
    this.#options = options;
    this.#client = new EngineClient(settings.url, settings.key);
    this.#media = new LocalEngine({ entry: worker, checkpoint: settings.processors, device: "cpu" }, timing, log);
    this.#fitted = new FittedMedia((part, fitting) => this.#media.fit(part, fitting), folder);
    this.#links = settings.mediaUrlBase === undefined ? undefined : new MediaLinks(settings.mediaUrlBase);
    const media = () => {
      const status = this.#media.status();
      return status.state === "ready" ? status.info.media : undefined;
    };
    this.#connection = new EngineConnection({ client: this.#client, settings, media, timing: options.connection ?? connectionTiming, log, onStatus: () => this.#tell() });
    // The rules of media are a part of what is told; a worker that comes up later completes it.
    this.#media.onStatus(() => {
      this.#connection.suspect();
      this.#tell();
    });
  }

  get workerPid(): number | undefined {
    return this.#media.workerPid;
  }

  /** For the engine to fetch media by. */
  routes(): Route[] {
    return this.#links?.routes() ?? [];
  }

  status(): EngineStatus {
    const media = this.#media.status();
    return media.state === "unusable" ? media : this.#connection.status;
  }

  onStatus(listener: (status: EngineStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  inspect(file: FileToInspect): Promise<MediaInfo> {
    return this.#media.inspect(file);
  }

  /** Undefined too where the engine is away or refuses to count: that is no fault of a text that is still being written. */
  async countTokens(texts: readonly string[], signal: AbortSignal): Promise<readonly number[] | undefined> {
    const { status, dialect } = this.#connection;
    if (status.state !== "ready" || !status.info.remote) return undefined;
    return countTokens(texts, { client: this.#client, dialect, model: status.info.remote.model, signal }).catch((fault: unknown) => {
      signal.throwIfAborted();
      if (fault instanceof EngineError) return undefined;
      throw fault;
    });
  }

  async *generate(request: GenerationRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent> {
    const started = performance.now();
    const stop = new AbortController();
    const work = AbortSignal.any([signal, stop.signal]);
    using holdings = new Holdings();
    let preparing: Promise<Prepared> | undefined;
    let answer: RemoteAnswer | undefined;
    try {
      await this.#ready(work);
      const events = new EventStream<GenerationEvent>();
      preparing = this.#prepare(request, { holdings, signal: work, emit: (event) => events.push(event) }).finally(() => events.end());
      preparing.catch(() => undefined); // told once the events are
      yield* events;
      const prepared = await preparing;
      const sent = performance.now();
      yield { type: "phase", phase: { name: "prefill", done: 0, total: 0 } };
      const { response, maxTokens, shortened } = await this.#send(request, prepared, { holdings, signal: work });
      answer = new RemoteAnswer({ host: this.#client.name.host, maxTokens, boundByContext: shortened, started, sent });
      try {
        for await (const chunk of readChunks(response, this.#client.name)) yield* answer.accept(chunk);
      } finally {
        response.destroy();
      }
      if (!answer.complete) throw new EngineError("engine_lost", { host: this.#client.name.host });
      yield* answer.finish(false);
    } catch (fault) {
      if (signal.aborted) {
        if (answer === undefined) yield abortedEvent;
        else yield* answer.finish(true);
        return;
      }
      yield { type: "error", error: this.#explain(fault) };
    } finally {
      // Whoever stops listening early has no more use for the answer.
      stop.abort();
      await preparing?.catch(() => undefined); // it holds nothing any more then
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#connection[Symbol.dispose]();
    this.#tell();
    await this.#media[Symbol.asyncDispose]();
    await this.#fitted[Symbol.asyncDispose]();
  }

  #explain(fault: unknown): ReturnType<typeof toWireError> {
    const error = toWireError(fault);
    if (isDefect(fault)) this.#options.log.fault("remote-engine", fault);
    if (error.code.startsWith("engine_") && error.code !== "engine_refused" && error.code !== "engine_busy") this.#connection.suspect();
    return error;
  }

  /** @throws EngineError when the engine cannot be used, or not be reached for too long; what the signal was aborted with */
  async #ready(signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + (this.#options.patience ?? usualPatience);
    for (;;) {
      signal.throwIfAborted();
      const status = this.status();
      if (this.#disposed) throw new EngineError("worker_unavailable");
      if (status.state === "ready") return;
      if (status.state === "unusable") throw new EngineError(status.error.code, status.error.params);
      const left = deadline - performance.now();
      const { fault } = this.#connection;
      if (left <= 0) throw fault ? new EngineError(fault.code, fault.params) : new EngineError("engine_unreachable", { host: this.#client.name.host, reason: "" });
      await this.#news(Math.min(left, 1000), signal);
    }
  }

  async #news(milliseconds: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        unsubscribe();
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      const unsubscribe = this.onStatus(done);
      signal.addEventListener("abort", done);
    });
  }

  async #prepare(request: GenerationRequest, { holdings, signal, emit }: { holdings: Holdings; signal: AbortSignal; emit: (event: GenerationEvent) => void }, room?: number): Promise<Prepared> {
    const status = this.#connection.status;
    if (status.state !== "ready" || !status.info.remote) throw new EngineError("engine_unreachable", { host: this.#client.name.host, reason: "" });
    const { dialect } = this.#connection;
    const { contextLength, remote } = status.info;
    const builder = new JsonBodyBuilder();
    const links = this.#links;
    const { parts, extra } = await writeMedia(request, {
      dialect,
      takesOptions: this.#takesOptions,
      fit: (part, form) => this.#fitted.get(part, form, { signal, held: holdings.hold }),
      place: (path, mime) => (links === undefined ? builder.add(path, mime) : Promise.resolve(links.add(path, mime, holdings.hold))),
      onMedium: (medium, media) => emit({ type: "phase", phase: { name: "decoding", medium, media, frames: 0, totalFrames: 0 } }),
    });
    signal.throwIfAborted();
    const maxTokens = Math.min(request.options.max_new_tokens ?? defaultMaxNewTokens, room ?? Math.max(1, contextLength - 1));
    const body = builder.build(writeRequest(request, { dialect, model: remote.model, maxTokens, media: parts, extra }));
    return { body, hasOptions: Object.keys(extra).length > 0, model: remote.model, maxTokens };
  }

  /** Sends the request, and once more where the engine says what it would take instead. */
  async #send(request: GenerationRequest, prepared: Prepared, holding: { holdings: Holdings; signal: AbortSignal }): Promise<{ response: IncomingMessage; maxTokens: number; shortened: boolean }> {
    const { signal } = holding;
    const again = async (room?: number): Promise<Prepared> => this.#prepare(request, { ...holding, emit: () => undefined }, room);
    try {
      return { response: await this.#client.post("/chat/completions", prepared, signal), maxTokens: prepared.maxTokens, shortened: false };
    } catch (fault) {
      if (!(fault instanceof EngineError)) throw fault;
      const { tokens, limit, detail } = fault.params;
      if (fault.code === "engine_refused" && prepared.hasOptions && /mm[_-](?:processor_)?kwargs|media_io_kwargs/.test(String(detail))) {
        this.#takesOptions = false;
        return this.#send(request, await again(), holding);
      }
      // Older engines refuse an answer that might not fit, where the prompt alone does.
      if (fault.code !== "context_length_exceeded" || typeof tokens !== "number" || typeof limit !== "number" || tokens >= limit) throw fault;
      const shorter = await again(limit - tokens);
      return { response: await this.#client.post("/chat/completions", shorter, signal), maxTokens: shorter.maxTokens, shortened: true };
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.status());
  }
}
