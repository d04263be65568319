import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { defaultMediaLimits } from "../../inference/media/context.ts";
import { findFfmpeg } from "../../inference/media/ffmpeg.ts";
import { stillOf } from "../../inference/media/still.ts";
import type { Config } from "../config.ts";
import { HttpFault } from "../errors.ts";
import type { MediaStore } from "../media/store.ts";
import { mediaIdSchema, type UploadedMedia } from "../protocol.ts";
import { Queue } from "../queue.ts";
import { route, type Exchange, type Route } from "./routes.ts";

export interface FrameRouteOptions {
  store: MediaStore;
  config: Pick<Config, "ffmpegPath">;
}

export interface ClipFrame extends Pick<UploadedMedia, "id" | "info" | "name"> {
  path: string;
  /** Milliseconds. */
  time: number;
  /** Cache-Control, where it is not kept for a day. */
  cache?: string;
}

/** Frames that are decoded at once, and that wait. */
const slots = 2;
const waiting = 256;
/** The longer side, in pixels. */
const side = 960;

/**
 * GET /api/media/:id/frames/:milliseconds: what is seen in a clip at a time, as JPEG. For thumbnails, and for containers and
 * codecs that the browser can't play. The browser keeps what it got; nothing is kept here.
 */
export class FrameRoute {
  readonly #options: FrameRouteOptions;
  readonly #queue = new Queue(slots, waiting);

  constructor(options: FrameRouteOptions) {
    this.#options = options;
  }

  routes(): Route[] {
    const time = z.string().regex(/^\d{1,8}$/).transform(Number);
    return [route("/api/media/:id/frames/:time", { id: mediaIdSchema, time }, { GET: (exchange) => this.#show(exchange) })];
  }

  async #show({ request, response, owner: session, params: { id, time } }: Exchange<{ id: string; time: number }>): Promise<void> {
    const { store } = this.#options;
    const media = await store.find(session, id);
    if (media === undefined) throw new HttpFault("not_found");
    await this.send(request, response, { ...media, id, time, path: store.path(session, id) });
  }

  /** Sends what is seen in a clip, whoever may see it. */
  async send(request: IncomingMessage, response: ServerResponse, { id, time, info, name, path, cache }: ClipFrame): Promise<void> {
    if (info.kind !== "video") throw new HttpFault("not_found");
    const tag = `"${id}-frame-${time}"`;
    response.setHeader("Content-Type", "image/jpeg");
    response.setHeader("Cache-Control", cache ?? "private, max-age=86400, immutable");
    response.setHeader("ETag", tag);
    if (request.headers["if-none-match"] === tag) {
      response.writeHead(304).end();
      return;
    }
    if (request.method === "HEAD") {
      response.end();
      return;
    }

    const gone = new AbortController();
    response.once("close", () => gone.abort());
    using slot = await this.#queue.enter({ owner: request.socket.remoteAddress ?? "", signal: gone.signal });
    if (slot === undefined) return;
    const { duration, fps } = info;
    // ffmpeg gives the first frame from a time on: half a frame earlier, that is the nearest.
    const seconds = Math.max(0, Math.min(time / 1000, duration - 1 / fps) - 0.5 / fps);
    const limits = defaultMediaLimits;
    const still = stillOf({ path, name }, seconds, { ffmpeg: await findFfmpeg(this.#options.config.ffmpegPath), limits, side, signal: gone.signal });
    const picture = await still.catch((fault: unknown) => {
      response.removeHeader("Cache-Control");
      if (!gone.signal.aborted) throw fault;
    });
    if (picture === undefined) return;
    response.setHeader("Content-Length", picture.length);
    response.end(picture);
  }
}
