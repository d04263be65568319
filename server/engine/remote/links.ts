import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { HttpFault } from "../../errors.ts";
import { sendFile } from "../../http/files.ts";
import { route, type Exchange, type Route } from "../../http/routes.ts";

const lifetime = 60 * 60_000;
const idSchema = z.string().regex(/^[0-9a-f]{32}$/);
const signatureSchema = z.string().regex(/^[\w-]{43}$/);

/**
 * Links by which an engine elsewhere fetches the media of one request: a name that tells nothing, the time until which it holds
 * and a signature of both. A link ends with its answer.
 */
export class MediaLinks {
  readonly #base: string;
  readonly #secret = randomBytes(32);
  readonly #files = new Map<string, { path: string; mime: string }>();
  readonly #now: () => number;

  constructor(base: string, now: () => number = () => Date.now()) {
    this.#base = base;
    this.#now = now;
  }

  /** @param held takes what ends the link */
  add(path: string, mime: string, held: (release: () => void) => void): string {
    const id = randomBytes(16).toString("hex");
    const expires = this.#now() + lifetime;
    this.#files.set(id, { path, mime });
    held(() => void this.#files.delete(id));
    return `${this.#base}/api/media/link/${id}/${expires}/${this.#sign(id, expires)}`;
  }

  routes(): Route[] {
    const params = { id: idSchema, expires: z.coerce.number().int().positive(), signature: signatureSchema };
    return [route("/api/media/link/:id/:expires/:signature", params, { GET: (exchange) => this.#send(exchange) }, "open")];
  }

  async #send({ request, response, params: { id, expires, signature } }: Exchange<{ id: string; expires: number; signature: string }>): Promise<void> {
    const genuine = timingSafeEqual(Buffer.from(signature), Buffer.from(this.#sign(id, expires)));
    const file = this.#files.get(id);
    if (!genuine || expires < this.#now() || file === undefined) throw new HttpFault("not_found");
    await sendFile(request, response, { ...file, tag: id });
  }

  #sign(id: string, expires: number): string {
    return createHmac("sha256", this.#secret).update(`${id} ${expires}`).digest("base64url");
  }
}
