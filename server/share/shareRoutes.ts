import { z } from "zod";
import { asDiskFault, HttpFault } from "../errors.ts";
import { readJson } from "../http/body.ts";
import { sendFile } from "../http/files.ts";
import type { FrameRoute } from "../http/frameRoute.ts";
import { sendJson } from "../http/reply.ts";
import { route, type Exchange, type Route } from "../http/routes.ts";
import { mediaIdSchema } from "../protocol.ts";
import { shareIdSchema, shareRequestSchema } from "./protocol.ts";
import type { SharedMediumFile, ShareStore } from "./shareStore.ts";

/** Texts of the longest conversation that is taken, with room for what surrounds them. */
const requestBytes = 4 * 1024 * 1024;

type OfMedium = Exchange<{ id: string; medium: string }>;

/**
 * Conversations that are shared. Making, listing and revoking are their owner's; reading is for everybody who has the link,
 * login or not: that is what a link is made for. Nothing but what the link names can be had through it.
 */
export class ShareRoutes {
  readonly #store: ShareStore;
  readonly #frames: FrameRoute;

  constructor(store: ShareStore, frames: FrameRoute) {
    this.#store = store;
    this.#frames = frames;
  }

  routes(): Route[] {
    const ofMedium = { id: shareIdSchema, medium: mediaIdSchema };
    const time = z.string().regex(/^\d{1,8}$/).transform(Number);
    return [
      route("/api/shares", {}, { GET: (exchange) => this.#list(exchange), POST: (exchange) => this.#create(exchange) }),
      route("/api/shares/:id", { id: shareIdSchema }, { DELETE: (exchange) => this.#revoke(exchange) }),
      route("/api/shares/:id/conversation", { id: shareIdSchema }, { GET: (exchange) => this.#read(exchange) }, "open"),
      route("/api/shares/:id/media/:medium", ofMedium, { GET: (exchange) => this.#show(exchange) }, "open"),
      route("/api/shares/:id/media/:medium/poster", ofMedium, { GET: (exchange) => this.#poster(exchange) }, "open"),
      route("/api/shares/:id/media/:medium/frames/:time", { ...ofMedium, time }, { GET: (exchange) => this.#frame(exchange) }, "open"),
    ];
  }

  async #list({ response, owner }: Exchange): Promise<void> {
    sendJson(response, 200, { shares: await this.#store.list(owner) });
  }

  async #create({ request, response, owner }: Exchange): Promise<void> {
    const wanted = await readJson(request, shareRequestSchema, requestBytes);
    const share = await this.#store.create(owner, wanted).catch((fault: unknown) => {
      throw asDiskFault(fault);
    });
    sendJson(response, 201, share);
  }

  async #revoke({ response, owner, params }: Exchange<{ id: string }>): Promise<void> {
    if (!(await this.#store.revoke(owner, params.id))) throw new HttpFault("not_found");
    response.writeHead(204).end();
  }

  async #read({ response, params }: Exchange<{ id: string }>): Promise<void> {
    const conversation = await this.#store.read(params.id);
    if (conversation === undefined) throw new HttpFault("not_found");
    response.setHeader("X-Robots-Tag", "noindex");
    response.writeHead(200, { "Content-Type": "application/json; charset=utf-8", "Content-Length": conversation.length, "Cache-Control": "no-store" });
    response.end(conversation);
  }

  async #show(exchange: OfMedium): Promise<void> {
    const { mime, path } = await this.#medium(exchange);
    await sendFile(exchange.request, exchange.response, { path, mime, tag: exchange.params.medium, cache: revocable });
  }

  async #poster(exchange: OfMedium): Promise<void> {
    const { poster } = await this.#medium(exchange);
    await sendFile(exchange.request, exchange.response, { path: poster, mime: "image/jpeg", tag: `${exchange.params.medium}-poster`, cache: revocable });
  }

  async #frame(exchange: Exchange<{ id: string; medium: string; time: number }>): Promise<void> {
    const { request, response, params } = exchange;
    await this.#frames.send(request, response, { ...(await this.#medium(exchange)), id: params.medium, time: params.time, cache: revocable });
  }

  async #medium({ response, params }: OfMedium): Promise<SharedMediumFile> {
    const medium = await this.#store.medium(params.id, params.medium);
    if (medium === undefined) throw new HttpFault("not_found");
    response.setHeader("X-Robots-Tag", "noindex");
    return medium;
  }
}

/** Kept by the browser, but asked for each time: a share can be revoked. */
const revocable = "private, no-cache";
