import type { GenerationRequest } from "../../inference/conversation.ts";
import type { GenerationEvent, MediaInfo } from "../../inference/events.ts";
import type { Route } from "../http/routes.ts";
import type { EngineStatus } from "../protocol.ts";

/** A stored file to be validated. Paths are absolute. */
export interface FileToInspect {
  path: string;
  /** The user's name for it. */
  name: string;
  kind: "image" | "video";
  /** Where a clip's first frame goes, as JPEG. */
  poster: string;
}

/** What answers. The rest of the server does not know where it runs. */
export interface Engine extends AsyncDisposable {
  /** Of the process of ours that it is in, where there is one. */
  readonly workerPid?: number | undefined;
  /** What it needs to be served itself, such as media for an engine elsewhere. */
  routes?(): Route[];
  status(): EngineStatus;
  /** @returns a function that ends the subscription. */
  onStatus(listener: (status: EngineStatus) => void): () => void;
  /**
   * Waits until the engine is ready, then yields until `finish` or `error`; never throws.
   * An aborted request ends with `finish` and the reason "abort".
   */
  generate(request: GenerationRequest, signal: AbortSignal): AsyncIterable<GenerationEvent>;
  /** @throws EngineError when the file is not usable, or the engine went away. */
  inspect(file: FileToInspect): Promise<MediaInfo>;
  /**
   * How many tokens each text is in a message; undefined where the engine cannot say that. One on this machine is waited for.
   * @throws EngineError when it went away; what the signal was aborted with
   */
  countTokens(texts: readonly string[], signal: AbortSignal): Promise<readonly number[] | undefined>;
}
