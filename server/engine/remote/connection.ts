import { z } from "zod";
import { explain } from "../../../inference/errorText.ts";
import { EngineError, toWireError, type WireError } from "../../../inference/errors.ts";
import type { EngineInfo } from "../../../inference/protocol.ts";
import type { Log } from "../../log.ts";
import type { EngineStatus } from "../../protocol.ts";
import type { EngineClient } from "./client.ts";
import { demoOwner, dialectOf, type Dialect } from "./dialects.ts";
import type { RemoteSettings } from "./settings.ts";

/** Milliseconds. */
export interface ConnectionTiming {
  /** Unit of the backoff: 1, 2, 4 … 30 of it. */
  backoff: number;
  /** How often an engine that is well is asked whether it still is. */
  probe: number;
}

export const connectionTiming: ConnectionTiming = { backoff: 1000, probe: 10_000 };

const modelsSchema = z.object({
  data: z.array(
    z.object({
      id: z.string().min(1).max(512),
      owned_by: z.string().nullish().catch(undefined),
      max_model_len: z.number().int().positive().nullish().catch(undefined),
      context_length: z.number().int().positive().nullish().catch(undefined),
    }),
  ),
});
type Model = z.infer<typeof modelsSchema>["data"][number];
const versionSchema = z.object({ version: z.string().max(64) });

/** Of an engine that does not say how much it can read. */
const usualContext = { dashscope: 262_144, other: 32_768 };

export interface ConnectionOptions {
  client: EngineClient;
  settings: RemoteSettings;
  /** How media are sized here. */
  media: () => EngineInfo["media"];
  timing: ConnectionTiming;
  log: Log;
  onStatus: (status: EngineStatus) => void;
}

/** Whether the engine elsewhere is there and what it is: asked at once, then every few seconds, and after each failure sooner. */
export class EngineConnection implements Disposable {
  readonly #options: ConnectionOptions;
  readonly #ended = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #probing = false;
  #status: EngineStatus = { state: "loading", loading: { stage: "connecting", fraction: 0 } };
  #dialect: Dialect;
  #fault: WireError | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#dialect = dialectOf(options.settings.backend, undefined);
    this.#schedule(0);
  }

  get status(): EngineStatus {
    return this.#status;
  }

  get dialect(): Dialect {
    return this.#dialect;
  }

  /** Why it was not reached the last time. */
  get fault(): WireError | undefined {
    return this.#fault;
  }

  /** Something went wrong on the way: find out at once whether the engine is still there. */
  suspect(): void {
    if (!this.#probing) this.#schedule(0);
  }

  [Symbol.dispose](): void {
    this.#ended.abort();
    clearTimeout(this.#timer);
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    if (this.#ended.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#probe(), delay);
  }

  async #probe(): Promise<void> {
    const { timing, log } = this.#options;
    this.#probing = true;
    try {
      const info = await this.#ask();
      this.#failures = 0;
      this.#fault = undefined;
      this.#become({ state: "ready", info });
      this.#schedule(timing.probe);
    } catch (fault) {
      if (this.#ended.signal.aborted) return;
      if (!(fault instanceof EngineError)) log.fault("engine-probe", fault);
      this.#failed(toWireError(fault));
      this.#schedule(Math.min(30, 2 ** this.#failures) * timing.backoff);
      this.#failures += 1;
    } finally {
      this.#probing = false;
    }
  }

  #failed(error: WireError): void {
    if (JSON.stringify(error) !== JSON.stringify(this.#fault)) this.#options.log.info(explain(error));
    this.#fault = error;
    switch (error.code) {
      // Time alone does not help here, but somebody may: it is asked on.
      case "engine_key":
      case "engine_model":
      case "engine_address":
      case "engine_tls":
        this.#become({ state: "unusable", error });
        return;
      default:
        this.#become({ state: "away", error });
    }
  }

  async #ask(): Promise<EngineInfo> {
    const { client, settings } = this.#options;
    const { signal } = this.#ended;
    const parsed = modelsSchema.safeParse(await client.getJson("/models", signal));
    if (!parsed.success) throw new EngineError("engine_address", { host: client.name.host }, { cause: parsed.error });
    const models = parsed.data.data;
    const model = this.#choose(models);
    this.#dialect = dialectOf(settings.backend, model.owned_by ?? undefined);
    return this.#describe(model, models, await this.#version(signal));
  }

  /** @throws EngineError engine_model */
  #choose(models: readonly Model[]): Model {
    const { client, settings } = this.#options;
    const { model: wanted } = settings;
    // DashScope answers for more models than it lists.
    const found = wanted === undefined ? (models.find(({ id }) => /qwen3.?vl/i.test(id)) ?? models[0]) : (models.find(({ id }) => id === wanted) ?? (settings.backend === "dashscope" ? { id: wanted } : undefined));
    if (found !== undefined) return found;
    throw new EngineError("engine_model", { host: client.name.host, model: wanted ?? "", models: listed(models) });
  }

  async #version(signal: AbortSignal): Promise<string> {
    if (this.#dialect.name !== "vllm") return "";
    const answer = await this.#options.client.getJson("//version", signal).catch(() => undefined);
    return versionSchema.safeParse(answer).data?.version ?? "";
  }

  #describe(model: Model, models: readonly Model[], version: string): EngineInfo {
    const { client, settings, media } = this.#options;
    const { label, sampling } = this.#dialect;
    const name = model.id.split("/").at(-1) ?? model.id;
    const rules = media();
    return {
      name,
      embedded: false,
      modelType: /-A\d/i.test(name) ? "qwen3_vl_moe" : "qwen3_vl",
      parameters: parametersOf(name),
      thinking: /thinking/i.test(name),
      dtype: "",
      device: `${label}${version === "" ? "" : ` ${version}`}, ${client.name.host}`,
      runtime: "",
      contextLength: model.max_model_len ?? model.context_length ?? settings.contextLength ?? (settings.backend === "dashscope" ? usualContext.dashscope : usualContext.other),
      defaults: {},
      ...(rules && { media: rules }),
      remote: {
        label,
        host: client.name.host,
        model: model.id,
        models: models.map(({ id }) => id).slice(0, 100),
        sampling: [...sampling],
        isDemo: model.owned_by === demoOwner,
      },
    };
  }

  #become(status: EngineStatus): void {
    if (JSON.stringify(status) === JSON.stringify(this.#status)) return;
    this.#status = status;
    this.#options.onStatus(status);
  }
}

function listed(models: readonly Model[]): string {
  return models
    .slice(0, 5)
    .map(({ id }) => id.slice(0, 80))
    .join(", ");
}

/** "Qwen3-VL-8B-Instruct": what is said of it in its name; 0 where nothing is. */
function parametersOf(name: string): number {
  const billions = /(?:^|[-_])(\d+(?:\.\d+)?)b(?:[-_]|$)/i.exec(name)?.[1];
  return billions === undefined ? 0 : Math.round(Number(billions) * 1e9);
}
