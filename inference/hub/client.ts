import { readFile } from "node:fs/promises";
import { HubApiError, listFiles, modelInfo } from "@huggingface/hub";
import { z } from "zod";
import { EngineError } from "../errors.ts";
import type { HubSettings } from "./settings.ts";

/** A file of a published checkpoint. */
export interface HubFile {
  path: string;
  bytes: number;
  /** Names the content: SHA-256 of a large file, Git's SHA-1 of a small one. */
  etag: string;
  hash: "sha256" | "git";
}

export interface HubSnapshot {
  /** The commit. */
  revision: string;
  files: readonly HubFile[];
}

const entrySchema = z.object({
  path: z.string(),
  size: z.number().int().nonnegative(),
  oid: z.string().regex(/^[0-9a-f]{40}$/),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.number().int().nonnegative() }).optional(),
});
const revisionSchema = z.string().regex(/^[0-9a-f]{40}$/);

/** What of a repository a checkpoint consists of: no other formats of the same weights, no pictures. */
const checkpointFile = /^(config|generation_config|tokenizer|tokenizer_config|preprocessor_config|video_preprocessor_config|chat_template|model\.safetensors\.index)\.json$|^chat_template\.jinja$|^model[\w.-]*\.safetensors$/;

interface ClientOptions {
  signal: AbortSignal | undefined;
  patience: number;
}

/** The endpoints of the Hub that a download uses. */
export class HubClient {
  readonly #settings: HubSettings;
  readonly #token: string | undefined;
  readonly #signal: AbortSignal | undefined;
  /** Milliseconds that an answer about a repository may take. */
  readonly #patience: number;

  private constructor(settings: HubSettings, token: string | undefined, { signal, patience }: ClientOptions) {
    this.#settings = settings;
    this.#token = token;
    this.#signal = signal;
    this.#patience = patience;
  }

  static async create(settings: HubSettings, options: ClientOptions): Promise<HubClient> {
    return new HubClient(settings, settings.token ?? (await readToken(settings.tokenFile)), options);
  }

  /** The newest commit of a repository and its files. @throws EngineError hub_unreachable, hub_denied, hub_not_found */
  async snapshot(repository: string): Promise<HubSnapshot> {
    const common = { hubUrl: this.#settings.endpoint, fetch: this.#fetch };
    try {
      const info = await modelInfo({ ...common, name: repository, revision: "main", additionalFields: ["sha"] });
      const revision = revisionSchema.parse(info.sha);
      const files: HubFile[] = [];
      for await (const entry of listFiles({ ...common, repo: repository, revision })) {
        if (entry.type === "file" && checkpointFile.test(entry.path)) files.push(hubFile(entrySchema.parse(entry)));
      }
      return { revision, files };
    } catch (fault) {
      throw this.#explained(repository, fault);
    }
  }

  /** A file's bytes from `offset` on. @throws EngineError as `snapshot` */
  async content(repository: string, { revision, file, offset, signal }: { revision: string; file: string; offset: number; signal: AbortSignal }): Promise<Response> {
    const headers: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
    try {
      const response = await this.#fetch(`${this.#settings.endpoint}/${repository}/resolve/${revision}/${file}`, { headers, signal });
      if (!response.ok) throw new HubApiError(response.url, response.status);
      return response;
    } catch (fault) {
      throw this.#explained(repository, fault);
    }
  }

  /** A token goes to the Hub alone: fetch drops it where the Hub sends us to another host. */
  readonly #fetch = (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    // Compressed, a part of a file would not be that part.
    headers.set("accept-encoding", "identity");
    if (this.#token !== undefined) headers.set("authorization", `Bearer ${this.#token}`);
    const signals = [this.#signal, init.signal ?? AbortSignal.timeout(this.#patience)].filter((signal) => signal !== undefined);
    return fetch(input, { ...init, headers, signal: AbortSignal.any(signals) });
  };

  #explained(name: string, fault: unknown): unknown {
    if (this.#signal?.aborted === true || fault instanceof EngineError) return fault;
    const params = { name, endpoint: this.#settings.endpoint };
    if (!(fault instanceof HubApiError)) return new EngineError("hub_unreachable", params, { cause: fault });
    switch (fault.statusCode) {
      case 401: // also what the Hub says of a repository that is not there, to those who are not signed in
      case 403:
        return new EngineError("hub_denied", params, { cause: fault });
      case 404:
        return new EngineError("hub_not_found", params, { cause: fault });
      default:
        return new EngineError("hub_unreachable", params, { cause: fault });
    }
  }
}

function hubFile({ path, size, oid, lfs }: z.infer<typeof entrySchema>): HubFile {
  return lfs ? { path, bytes: lfs.size, etag: lfs.oid, hash: "sha256" } : { path, bytes: size, etag: oid, hash: "git" };
}

async function readToken(file: string): Promise<string | undefined> {
  try {
    const token = (await readFile(file, "utf8")).trim();
    return token === "" ? undefined : token;
  } catch {
    return undefined; // nobody signed in
  }
}
