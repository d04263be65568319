import type { TurnName } from "../chat/reducer.ts";
import type { ChatSession } from "../chat/session.ts";
import { emptyTree, lineage } from "../conversations/tree.ts";
import type { PageError } from "../i18n/errorText.ts";
import { UploadError, type uploadFile } from "../media/upload.ts";
import { Store } from "../ui/store.ts";
import type { cropPicture } from "./cropPicture.ts";
import type { PendingZoom } from "./pendingZoom.ts";

/** So often the page answers by itself; further steps are the reader's to allow. */
export const longestTrail = 5;

/** What the tool does for an answer (turn id): nothing where it is not listed. */
export type ZoomState = ReadonlyMap<string, { name: "cropping" } | { name: "failed"; error: PageError }>;
interface ZoomAction {
  answer: string;
  work: { name: "cropping" } | { name: "failed"; error: PageError } | undefined;
}

export interface ZoomToolOptions {
  chat: Pick<ChatSession, "store" | "respond">;
  upload: typeof uploadFile;
  crop: typeof cropPicture;
  /** The call that a conversation ends with; parsing is loaded when it is needed. */
  find: (turns: ReturnType<typeof lineage>) => Promise<PendingZoom | undefined>;
}

/** Answers the model's calls of the zoom tool: cuts out the region, uploads it, and lets the model go on. */
export class ZoomTool {
  readonly store = new Store<ZoomState, ZoomAction>(new Map(), reduce);
  readonly #options: ZoomToolOptions;
  readonly #running = new Map<string, AbortController>();

  constructor(options: ZoomToolOptions) {
    this.#options = options;
  }

  /** An answer has ended by itself: where it asks for the tool, and the conversation allows it, the tool runs. */
  async answered(name: TurnName): Promise<void> {
    const settings = this.#options.chat.store.get().conversations.get(name.conversation)?.settings;
    if (settings?.tools.zoom !== true) return;
    const pending = await this.#pending(name);
    if (pending && pending.steps < longestTrail) await this.#run(name, pending);
  }

  /** Runs the tool for an answer because the reader asked for it. */
  async run(name: TurnName): Promise<void> {
    const pending = await this.#pending(name);
    if (pending) await this.#run(name, pending);
  }

  cancel(answer: string): void {
    this.#running.get(answer)?.abort();
  }

  async #pending({ conversation, turn }: TurnName): Promise<PendingZoom | undefined> {
    return this.#options.find(lineage(this.#options.chat.store.get().trees.get(conversation) ?? emptyTree, turn));
  }

  async #run(name: TurnName, { call: { box, label }, source }: PendingZoom): Promise<void> {
    if (this.#running.has(name.turn)) return;
    const controller = new AbortController();
    const { signal } = controller;
    this.#running.set(name.turn, controller);
    this.store.dispatch({ answer: name.turn, work: { name: "cropping" } });
    try {
      const file = await this.#options.crop(source.id, box, `${fileName(label)}.png`, signal);
      const medium = await this.#options.upload(file, { signal, onProgress: () => undefined });
      signal.throwIfAborted();
      this.store.dispatch({ answer: name.turn, work: undefined });
      this.#options.chat.respond(name, { media: [medium], tool: { name: "zoom", label, box, source: source.id } });
    } catch (fault) {
      const error: PageError = fault instanceof UploadError ? fault.error : { code: "internal", params: {} };
      this.store.dispatch({ answer: name.turn, work: signal.aborted ? undefined : { name: "failed", error } });
    } finally {
      this.#running.delete(name.turn);
    }
  }
}

function reduce(state: ZoomState, { answer, work }: ZoomAction): ZoomState {
  const next = new Map(state);
  if (work) next.set(answer, work);
  else next.delete(answer);
  return next;
}

function fileName(label: string): string {
  return label.replace(/[^\p{L}\p{N}_-]+/gu, " ").trim().slice(0, 60) || "zoom";
}
