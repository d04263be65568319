import type { IncomingMessage, ServerResponse } from "node:http";
import type { Config } from "../config.ts";
import type { Engine } from "../engine/types.ts";
import { asDiskFault, HttpFault } from "../errors.ts";
import { keep } from "../media/keep.ts";
import { receiveFile } from "../media/receive.ts";
import type { MediaStore } from "../media/store.ts";
import { mediaIdSchema, type UploadedMedia } from "../protocol.ts";
import { sendFile } from "./files.ts";
import { sendJson } from "./reply.ts";
import { route, type Exchange, type Route } from "./routes.ts";

export interface MediaRoutesOptions {
  store: MediaStore;
  engine: Engine;
  config: Pick<Config, "limits" | "timing">;
}

/** Uploads: received, validated by the worker, shown to the session that sent them, and removed. */
export class MediaRoutes {
  readonly #options: MediaRoutesOptions;

  constructor(options: MediaRoutesOptions) {
    this.#options = options;
  }

  routes(): Route[] {
    const id = mediaIdSchema;
    return [
      route("/api/media", {}, { POST: ({ request, response, owner }) => this.#upload(request, response, owner) }),
      route("/api/media/:id", { id }, { GET: (exchange) => this.#show(exchange), DELETE: (exchange) => this.#remove(exchange) }),
      route("/api/media/:id/poster", { id }, { GET: (exchange) => this.#poster(exchange) }),
    ];
  }

  async #upload(request: IncomingMessage, response: ServerResponse, session: string): Promise<void> {
    sendJson(response, 201, await this.#receive(request, session).catch((fault: unknown) => {
      throw asDiskFault(fault);
    }));
  }

  async #show({ request, response, owner, params: { id } }: Exchange<{ id: string }>): Promise<void> {
    const { store } = this.#options;
    const media = await store.find(owner, id);
    if (media === undefined) throw new HttpFault("not_found");
    await sendFile(request, response, { path: store.path(owner, id), mime: media.mime, tag: id });
  }

  async #poster({ request, response, owner, params: { id } }: Exchange<{ id: string }>): Promise<void> {
    await sendFile(request, response, { path: this.#options.store.posterPath(owner, id), mime: "image/jpeg", tag: `${id}-poster` });
  }

  async #remove({ response, owner, params: { id } }: Exchange<{ id: string }>): Promise<void> {
    if (!(await this.#options.store.remove(owner, id))) throw new HttpFault("not_found");
    response.writeHead(204).end();
  }

  async #receive(request: IncomingMessage, session: string): Promise<UploadedMedia> {
    const { store, engine, config } = this.#options;
    await using partial = await store.begin(session);
    const file = await receiveFile(request, partial, { limits: config.limits, window: config.timing.uploadWindow });
    return await keep(session, partial, file, { store, engine });
  }
}
