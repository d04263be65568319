import { z } from "zod";
import type { ServerMessage, UploadedMedia } from "../../server/protocol.ts";
import { Store } from "../ui/store.ts";
import { initialChat, reduceChat, type ChatAction, type ChatState, type SequencedEvent } from "./reducer.ts";
import { ChatSocket, type GenerateMessage, type SocketReport, type WebSocketLike } from "./socket.ts";
import type { Saved } from "./storage.ts";
import { runningAnswer, toChatMessages, turnSchema, type AssistantTurn, type Turn } from "./turns.ts";

export const conversationRecordSchema = z.object({ version: z.literal(1), turns: z.array(turnSchema) });
export type ConversationRecord = z.infer<typeof conversationRecordSchema>;

export interface ChatSessionOptions {
  connect: () => WebSocketLike;
  saved: Saved<ConversationRecord>;
  /** Runs `flush` at the next frame. */
  schedule: (flush: () => void) => void;
  now?: () => number;
  /** Milliseconds before the n-th attempt to connect. */
  delay?: (attempt: number) => number;
}

/** The conversation apart from React: joins the socket, the reducer and the browser's database. */
export class ChatSession {
  readonly store = new Store<ChatState, ChatAction>(initialChat, reduceChat);
  readonly #options: ChatSessionOptions;
  readonly #socket: ChatSocket;
  #events = new Map<string, SequencedEvent[]>();
  #scheduled = false;
  #savedTurns: readonly Turn[] | undefined;
  #loading: Promise<void> | undefined;

  constructor(options: ChatSessionOptions) {
    this.#options = options;
    this.#socket = new ChatSocket({
      connect: options.connect,
      report: (report) => this.#receive(report),
      ...(options.delay && { delay: options.delay }),
    });
    this.store.subscribe(() => this.#save());
  }

  /** Connects, and takes up what a former visit left unfinished. */
  start(): void {
    this.#socket.start();
    if (this.#loading) return;
    this.#loading = this.#load();
  }

  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
    void this.flush();
  }

  hurry(): void {
    this.#socket.hurry();
  }

  /** Writes down what is not saved yet. */
  async flush(): Promise<void> {
    this.#flushEvents();
    await this.#options.saved.flush();
  }

  send(text: string, media: readonly UploadedMedia[]): void {
    const run = crypto.randomUUID();
    this.store.dispatch({ type: "sent", run, user: { role: "user", id: crypto.randomUUID(), text, media: [...media] } });
    this.#begin(run);
  }

  /** Asks for the last answer anew. */
  regenerate(): void {
    if (this.running() || this.store.get().turns.length === 0) return;
    const run = crypto.randomUUID();
    this.store.dispatch({ type: "regenerated", run });
    this.#begin(run);
  }

  stop(): void {
    const run = this.running();
    if (!run) return;
    this.#socket.stop(run.id);
    this.store.dispatch({ type: "stopping", run: run.id });
  }

  clear(): void {
    this.stop();
    this.store.dispatch({ type: "cleared" });
  }

  restore(): void {
    this.store.dispatch({ type: "restored" });
  }

  forget(): void {
    this.store.dispatch({ type: "forgotten" });
  }

  running(): AssistantTurn | undefined {
    return runningAnswer(this.store.get().turns);
  }

  /** Saved at once, so that a reload in the next moment finds the answer that is under way. */
  #begin(run: string): void {
    void this.#options.saved.flush();
    this.#socket.generate(this.#request(run));
  }

  #request(run: string): GenerateMessage {
    const messages = toChatMessages(this.store.get().turns, run);
    return { type: "generate", run, messages, settings: { sampling: {}, stop: [], add_vision_id: false } };
  }

  async #load(): Promise<void> {
    const record = await this.#options.saved.read();
    this.store.dispatch({ type: "loaded", turns: record?.turns ?? [] });
    const unfinished = runningAnswer(record?.turns ?? []);
    if (!unfinished) return;
    this.#socket.resume(unfinished.id, unfinished.seq, this.#request(unfinished.id));
    if (unfinished.stopping) this.#socket.stop(unfinished.id);
  }

  #save(): void {
    const { loaded, turns } = this.store.get();
    if (!loaded || turns === this.#savedTurns) return;
    this.#savedTurns = turns;
    this.#options.saved.write({ version: 1, turns: [...turns] });
  }

  #receive(report: SocketReport): void {
    switch (report.type) {
      case "connection":
        { this.store.dispatch(report); return; }
      case "status":
        { this.store.dispatch({ type: "engine", status: report.status }); return; }
      case "event":
        { this.#queue(report); return; }
      case "unknown-run":
        this.#flushEvents();
        { this.store.dispatch(report); return; }
      case "refused":
        this.#flushEvents();
        if (report.run !== undefined) this.store.dispatch({ type: "refused", run: report.run, error: report.error });
        return;
    }
  }

  /** Events are gathered and shown once a frame, however fast they arrive. */
  #queue({ run, seq, event }: Extract<ServerMessage, { type: "event" }>): void {
    const events = this.#events.get(run);
    if (events) events.push({ seq, event });
    else this.#events.set(run, [{ seq, event }]);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.schedule(() => this.#flushEvents());
  }

  #flushEvents(): void {
    this.#scheduled = false;
    const batches = this.#events;
    this.#events = new Map();
    for (const [run, events] of batches) this.store.dispatch({ type: "events", run, events, at: (this.#options.now ?? Date.now)() });
  }
}
