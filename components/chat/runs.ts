import type { ServerMessage } from "../../server/protocol.ts";
import type { MediaKeeper } from "../conversations/media.ts";
import { emptyTree, lineage } from "../conversations/tree.ts";
import { toRequest } from "../settings/request.ts";
import { defaultSettings } from "../settings/settings.ts";
import type { Store } from "../ui/store.ts";
import { randomId } from "../ui/randomId.ts";
import type { SequencedEvent } from "./answerEvents.ts";
import type { ChatAction, ChatState, TurnName } from "./reducer.ts";
import { ChatSocket, type GenerateMessage, type SocketReport, type WebSocketLike } from "./socket.ts";
import { isRunning, type AssistantTurn, type Turn } from "./turns.ts";

export interface RunsOptions {
  store: Pick<Store<ChatState, ChatAction>, "get" | "dispatch">;
  connect: () => WebSocketLike;
  media: Pick<MediaKeeper, "restoreAll">;
  /** Writes down at once what is not saved yet. */
  save: () => void;
  /** Told of an answer that this page has asked for and that has ended by itself. */
  onAnswered?: (name: TurnName) => void;
  /** Runs `flush` at the next frame. */
  schedule: (flush: () => void) => void;
  /** Epoch, ms. */
  now: () => number;
  /** Milliseconds before the n-th attempt to connect. */
  delay?: (attempt: number) => number;
}

/** The answers that are under way: asks the server for them, and puts what arrives into the conversations. */
export class Runs {
  readonly #options: RunsOptions;
  readonly #socket: ChatSocket;
  /** The answers that are followed, by their run. */
  readonly #followed = new Map<string, TurnName>();
  /** Those of them that this page has asked for, or took up when it was loaded. */
  readonly #own = new Set<string>();
  /** Runs that were begun again because the server lacked media: once is enough. */
  readonly #mended = new Set<string>();
  #events = new Map<string, SequencedEvent[]>();
  #scheduled = false;

  constructor(options: RunsOptions) {
    const { connect, delay } = options;
    this.#options = options;
    this.#socket = new ChatSocket({ connect, report: (report) => this.#receive(report), ...(delay && { delay }) });
  }

  /** Connects. */
  start(): void {
    this.#socket.start();
  }

  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }

  /** Connects at once where a next attempt is being waited for. */
  hurry(): void {
    this.#socket.hurry();
  }

  /** Asks for the answer that a turn waits for. Saved at once, so that a reload in the next moment finds it under way. */
  begin(name: TurnName): void {
    const request = this.#request(name);
    if (!request) return;
    this.#followed.set(request.run, name);
    this.#own.add(request.run);
    this.#options.save();
    this.#socket.generate(request);
  }

  /** Takes up the answers of a conversation that are under way. */
  follow(conversation: string, begunHere = false): void {
    for (const turn of this.#options.store.get().trees.get(conversation)?.values() ?? []) {
      if (turn.role !== "assistant" || !isRunning(turn) || this.#followed.has(turn.run)) continue;
      // What another page has just begun may not have reached the server yet.
      if (!begunHere && turn.seq === 0) continue;
      const name = { conversation, turn: turn.id };
      this.#followed.set(turn.run, name);
      if (begunHere) this.#own.add(turn.run);
      this.#socket.resume(turn.run, turn.seq, this.#request(name));
      if (turn.stopping) this.#socket.stop(turn.run);
    }
  }

  /** Ends the answer of a turn, if it has one under way. */
  stop(turn: Turn, conversation: string): void {
    if (turn.role !== "assistant" || !isRunning(turn)) return;
    this.#socket.stop(turn.run);
    this.#options.store.dispatch({ type: "stopping", conversation, turn: turn.id });
  }

  /** Puts what has arrived into the conversations. */
  flush(): void {
    const { store, now, onAnswered } = this.#options;
    this.#scheduled = false;
    const batches = this.#events;
    this.#events = new Map();
    for (const [run, events] of batches) {
      const name = this.#followed.get(run);
      if (name) store.dispatch({ type: "events", ...name, events, at: now() });
      if (!events.some(({ event }) => event.type === "finish" || event.type === "error")) continue;
      this.#followed.delete(run);
      // Another page goes on with what it has asked for. What the reader has stopped does not go on, also where it had come to its end just then.
      if (!this.#own.delete(run) || !name || this.#answer(name)?.stopping === true) continue;
      if (events.some(({ event }) => event.type === "finish" && event.reason === "eos")) onAnswered?.(name);
    }
  }

  #forget(run: string): void {
    this.#followed.delete(run);
    this.#own.delete(run);
  }

  #answer({ conversation, turn }: TurnName): AssistantTurn | undefined {
    const found = this.#options.store.get().trees.get(conversation)?.get(turn);
    return found?.role === "assistant" ? found : undefined;
  }

  #request({ conversation, turn: id }: TurnName): GenerateMessage | undefined {
    const { conversations, trees, engine } = this.#options.store.get();
    const turns = lineage(trees.get(conversation) ?? emptyTree, id);
    const answer = turns.pop();
    if (answer?.role !== "assistant") return undefined;
    const goesOn = answer.continued > 0;
    const begun = goesOn ? [{ ...answer, text: answer.text.slice(0, answer.continued) }] : [];
    const { messages, settings } = toRequest([...turns, ...begun], conversations.get(conversation)?.settings ?? defaultSettings, engine?.state === "ready" ? engine.info.media : undefined);
    return { type: "generate", run: answer.run, messages, settings: { ...settings, ...(goesOn && { continue_final_message: true }) } };
  }

  #receive(report: SocketReport): void {
    const { store } = this.#options;
    switch (report.type) {
      case "connection":
        store.dispatch(report);
        return;
      case "status":
        store.dispatch({ type: "engine", status: report.status });
        return;
      case "event":
        if (report.event.type === "error" && report.event.error.code === "media_missing") void this.#mend(report);
        else this.#queue(report);
        return;
      case "unknown-run":
      case "refused": {
        this.flush();
        const name = report.run === undefined ? undefined : this.#followed.get(report.run);
        if (report.run !== undefined) this.#forget(report.run);
        if (name) store.dispatch(report.type === "refused" ? { type: "refused", error: report.error, ...name } : { type: "unknown-run", ...name });
        return;
      }
    }
  }

  /** The server lacks media of the conversation: it is given them again, and asked once more. */
  async #mend(report: Extract<ServerMessage, { type: "event" }>): Promise<void> {
    const { store, media } = this.#options;
    const name = this.#followed.get(report.run);
    const request = name && this.#request(name);
    const again = !this.#mended.has(report.run) && request && (await media.restoreAll(mediaOf(request)));
    if (!name || !again) {
      this.#queue(report);
      return;
    }
    this.#forget(report.run);
    const turn = this.#answer(name);
    // The reader did not wait for it, or has taken it away, where it counts as ended when it comes back.
    if (!turn || turn.stopping) {
      store.dispatch({ type: "unknown-run", ...name });
      return;
    }
    const run = randomId();
    this.#mended.add(run);
    store.dispatch({ type: "begun", ...name, run, continued: turn.continued });
    this.begin(name);
  }

  /** Events are gathered and shown once a frame, however fast they arrive. */
  #queue({ run, seq, event }: Extract<ServerMessage, { type: "event" }>): void {
    const events = this.#events.get(run);
    if (events) events.push({ seq, event });
    else this.#events.set(run, [{ seq, event }]);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.schedule(() => this.flush());
  }
}

function mediaOf({ messages }: GenerateMessage): string[] {
  return messages.flatMap(({ content }) => content.flatMap((part) => (part.type === "text" ? [] : part.media)));
}
