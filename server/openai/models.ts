import type { EngineInfo } from "../../inference/protocol.ts";
import type { Engine } from "../engine/types.ts";
import { EngineError } from "../../inference/errors.ts";
import { ApiFault } from "./fault.ts";

/** Stands for whatever is served, for programs that do not care. */
const anyModel = "default";

export interface ApiModel {
  id: string;
  object: "model";
  created: number;
  owned_by: string;
  max_model_len: number;
}

/** The one model that is served, under its name; known once it was loaded, also while its worker starts again. */
export class ServedModel {
  readonly #engine: Engine;
  readonly #created = Math.floor(Date.now() / 1000);
  #known: EngineInfo | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#remember();
    engine.onStatus(() => this.#remember());
  }

  /**
   * @param name as a request gives it; left out, the one that is served
   * @throws ApiFault model_not_found, model_loading; EngineError where it cannot be loaded
   */
  info(name: string | null | undefined): EngineInfo {
    const info = this.#served();
    if (name === undefined || name === null || name === info.name || name === anyModel) return info;
    const message = `The model “${name.slice(0, 64)}” does not exist here; this server has “${info.name}”.`;
    throw new ApiFault("model_not_found", message, { status: 404, param: "model" });
  }

  /** @throws as `info` */
  describe(name?: string): ApiModel {
    const { name: id, contextLength } = this.info(name);
    return { id, object: "model", created: this.#created, owned_by: "qwen3-vl-web-demo", max_model_len: contextLength };
  }

  #served(): EngineInfo {
    const status = this.#engine.status();
    if (status.state === "unusable") throw new EngineError(status.error.code, status.error.params);
    if (this.#known === undefined) throw new ApiFault("model_loading", "The model is still being loaded. Try again in a moment.", { status: 503, retryAfter: 5 });
    return this.#known;
  }

  #remember(): void {
    const status = this.#engine.status();
    if (status.state === "ready") this.#known = status.info;
  }
}
