import type { IncomingMessage, ServerResponse } from "node:http";
import type { Config } from "../config.ts";
import type { Engine } from "../engine/types.ts";
import { asDiskFault, HttpFault } from "../errors.ts";
import { keep } from "../media/keep.ts";
import { receiveFile } from "../media/receive.ts";
import type { MediaStore } from "../media/store.ts";
import type { UploadedMedia } from "../protocol.ts";
import { sendFile } from "./files.ts";
import { sendJson } from "./reply.ts";

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

  /** POST /api/media */
  async upload(request: IncomingMessage, response: ServerResponse, session: string): Promise<void> {
    sendJson(response, 201, await this.#receive(request, session).catch((fault: unknown) => {
      throw asDiskFault(fault);
    }));
  }

  /** GET /api/media/:id */
  async show(request: IncomingMessage, response: ServerResponse, { session, id }: { session: string; id: string }): Promise<void> {
    const { store } = this.#options;
    const media = await store.find(session, id);
    if (media === undefined) throw new HttpFault("not_found");
    await sendFile(request, response, { path: store.path(session, id), mime: media.mime, tag: id });
  }

  /** GET /api/media/:id/poster */
  async poster(request: IncomingMessage, response: ServerResponse, { session, id }: { session: string; id: string }): Promise<void> {
    await sendFile(request, response, { path: this.#options.store.posterPath(session, id), mime: "image/jpeg", tag: `${id}-poster` });
  }

  /** DELETE /api/media/:id */
  async remove(response: ServerResponse, session: string, id: string): Promise<void> {
    if (!(await this.#options.store.remove(session, id))) throw new HttpFault("not_found");
    response.writeHead(204).end();
  }

  async #receive(request: IncomingMessage, session: string): Promise<UploadedMedia> {
    const { store, engine, config } = this.#options;
    await using partial = await store.begin(session);
    const file = await receiveFile(request, partial, { limits: config.limits, window: config.timing.uploadWindow });
    return await keep(session, partial, file, { store, engine });
  }
}
