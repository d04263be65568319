import { z } from "zod";
import type { ServerMessage, UploadedMedia } from "../../server/protocol.ts";
import { newConversation, type Conversation } from "../conversations/conversation.ts";
import type { Database } from "../conversations/database.ts";
import type { MediaKeeper } from "../conversations/media.ts";
import { migrateFormerRecord } from "../conversations/migrate.ts";
import { Saver } from "../conversations/saver.ts";
import { emptyTree, lineage, treeOf, withFollowers, type Tree } from "../conversations/tree.ts";
import { toRequest } from "../settings/request.ts";
import { defaultSettings, type ConversationSettings } from "../settings/settings.ts";
import type { AttachedText } from "../media/attachedText.ts";
import { Store } from "../ui/store.ts";
import { randomId } from "../ui/randomId.ts";
import type { SequencedEvent } from "./answerEvents.ts";
import { initialChat, reduceChat, type ChatAction, type ChatState, type TurnName } from "./reducer.ts";
import { ChatSocket, type GenerateMessage, type SocketReport, type WebSocketLike } from "./socket.ts";
import { isRunning, newAnswer, newQuestion, runningAnswer, type AssistantTurn, type QuestionContent, type Rating, type Turn } from "./turns.ts";

export interface ChatSessionOptions {
  connect: () => WebSocketLike;
  database: Database;
  media: Pick<MediaKeeper, "restoreAll" | "secure" | "sweep">;
  /** Which conversation this page shows, over a reload. */
  place: { read: () => string | undefined; write: (conversation: string) => void };
  /** To the other pages of this browser. */
  channel?: Pick<BroadcastChannel, "postMessage" | "onmessage">;
  /** What a new conversation begins with. */
  settings?: () => ConversationSettings;
  /** Told of an answer that has ended by itself; it may be followed by `respond`. */
  onAnswered?: (name: TurnName) => void;
  /** Runs `flush` at the next frame. */
  schedule: (flush: () => void) => void;
  now?: () => number;
  /** Milliseconds before the n-th attempt to connect. */
  delay?: (attempt: number) => number;
}

/** The conversations apart from React: joins the socket, the reducer and the browser's database. */
export class ChatSession {
  readonly store: Store<ChatState, ChatAction>;
  readonly #options: ChatSessionOptions;
  readonly #socket: ChatSocket;
  readonly #saver: Saver;
  /** The answers that are followed, by their run. */
  readonly #runs = new Map<string, TurnName>();
  /** Runs that were begun again because the server lacked media: once is enough. */
  readonly #mended = new Set<string>();
  #events = new Map<string, SequencedEvent[]>();
  #scheduled = false;
  #adopting = false;
  #opening: symbol | undefined;
  #loading: Promise<void> | undefined;

  constructor(options: ChatSessionOptions) {
    this.#options = options;
    const first = this.#newConversation(options.place.read());
    this.store = new Store({ ...initialChat, current: first.id, conversations: new Map([[first.id, first]]) }, reduceChat);
    this.#socket = new ChatSocket({
      connect: options.connect,
      report: (report) => this.#receive(report),
      ...(options.delay && { delay: options.delay }),
    });
    this.#saver = new Saver({
      database: options.database,
      onSaved: (conversations) => options.channel?.postMessage(conversations),
      onFault: () => this.store.dispatch({ type: "not-stored" }),
    });
    this.store.subscribe(() => this.#keep());
  }

  /** Connects, and takes up what a former visit left unfinished. */
  start(): void {
    const { channel } = this.#options;
    if (channel) channel.onmessage = ({ data }: MessageEvent<unknown>) => void this.#refresh(data);
    this.#socket.start();
    this.#loading ??= this.#load();
  }

  [Symbol.dispose](): void {
    if (this.#options.channel) this.#options.channel.onmessage = null;
    this.#socket[Symbol.dispose]();
    void this.flush();
  }

  hurry(): void {
    this.#socket.hurry();
  }

  /** Writes down what is not saved yet. */
  async flush(): Promise<void> {
    this.#flushEvents();
    await this.#saver.flush();
  }

  // The conversations.

  /** Shows a conversation, at the branch of the turn `reveal`. */
  async open(id: string, reveal?: string): Promise<void> {
    if (!this.store.get().loaded) await this.#loading;
    const opening = Symbol(id);
    this.#opening = opening;
    const conversation = this.store.get().conversations.get(id);
    if (!conversation) return;
    const tree = await this.#read(id);
    if (this.#opening !== opening) return;
    this.#adopt({ type: "opened", conversation: this.store.get().conversations.get(id) ?? conversation, tree, reveal });
    if (reveal !== undefined) this.choose(reveal);
    this.#follow(id);
  }

  /** Shows an empty conversation; the one that is shown, if it is empty. */
  create(): void {
    this.#opening = undefined;
    const { current, trees } = this.store.get();
    if ((trees.get(current)?.size ?? 0) > 0) this.#showNew();
  }

  rename(id: string, title: string): void {
    const words = title.trim();
    if (words !== "") this.store.dispatch({ type: "conversation-changed", id, change: { title: words } });
  }

  pin(id: string, pinned: boolean): void {
    this.store.dispatch({ type: "conversation-changed", id, change: { pinned } });
  }

  /** Of the conversation that is shown. */
  updateSettings(settings: ConversationSettings): void {
    this.store.dispatch({ type: "conversation-changed", id: this.store.get().current, change: { settings, updated: this.#now() } });
  }

  /** Takes a conversation away, until `restore`. */
  async removeConversation(id: string): Promise<void> {
    const tree = this.store.get().trees.get(id) ?? (await this.#read(id));
    for (const turn of tree.values()) this.#stopTurn(turn, id);
    this.store.dispatch({ type: "conversation-removed", id, tree, next: this.#newConversation() });
  }

  /** Adds conversations that came in a file, under ids of their own. */
  importConversation(conversation: Conversation, turns: readonly Turn[]): void {
    this.store.dispatch({ type: "imported", conversation, turns });
  }

  // The conversation that is shown.

  send(text: string, media: readonly UploadedMedia[], texts?: readonly AttachedText[]): void {
    this.#whenLoaded(() => this.#ask(this.store.get().turns.at(-1)?.id ?? this.store.get().current, { text, media, texts }));
  }

  /** Goes on after an answer with what a tool gave back. */
  respond({ conversation, turn }: TurnName, content: Pick<QuestionContent, "media" | "tool">): void {
    const { trees, running } = this.store.get();
    if (trees.get(conversation)?.has(turn) === true && !running.has(conversation)) this.#ask(turn, { text: "", ...content }, conversation);
  }

  /** Asks for an answer anew, beside the one that is there: for this answer or to this question, else for the last one. */
  regenerate(id = this.store.get().turns.at(-1)?.id): void {
    const turn = this.#turn(id);
    if (!turn || this.running()) return;
    const answer = newAnswer({ parent: turn.role === "assistant" ? turn.parent : turn.id, created: this.#now() }, randomId());
    this.#add([answer]);
    this.#begin(this.store.get().current, answer.id);
  }

  /** Asks a question anew with other words or attachments, beside the one that is there; at the end, where that was deleted meanwhile. */
  editQuestion(id: string, question: QuestionContent): void {
    const turn = this.#turn(id);
    if (turn?.role !== "user") this.send(question.text, question.media, question.texts);
    else if (!this.running()) this.#ask(turn.parent, question);
  }

  /** Puts an answer with other words beside the one that is there. */
  editAnswer(id: string, text: string): void {
    const turn = this.#turn(id);
    if (turn?.role !== "assistant" || isRunning(turn)) return;
    const { parent } = turn;
    this.#add([{ ...newAnswer({ parent, created: this.#now() }, randomId()), text, state: { name: "edited" } }]);
  }

  /** Lets the model go on with an answer that was cut off. */
  continueAnswer(id: string): void {
    const turn = this.#turn(id);
    if (turn?.role !== "assistant" || turn.text === "" || this.running()) return;
    const { current } = this.store.get();
    this.store.dispatch({ type: "begun", conversation: current, turn: id, run: randomId(), continued: turn.text.length });
    this.#begin(current, id);
  }

  stop(): void {
    const turn = this.running();
    if (turn) this.#stopTurn(turn, this.store.get().current);
  }

  /** Shows the branch of this turn. */
  choose(id: string): void {
    this.store.dispatch({ type: "chosen", conversation: this.store.get().current, turn: id });
  }

  rate(id: string, rating: Rating | undefined): void {
    this.store.dispatch({ type: "rated", conversation: this.store.get().current, turn: id, rating });
  }

  /** Takes a turn and what follows it away, until `restore`. */
  remove(id: string): void {
    const { current, trees } = this.store.get();
    for (const turn of withFollowers(trees.get(current) ?? emptyTree, id)) this.#stopTurn(turn, current);
    this.store.dispatch({ type: "removed", conversation: current, turn: id });
  }

  restore(): void {
    this.store.dispatch({ type: "restored" });
  }

  /** What was taken away is gone for good, and its media with it. */
  forget(): void {
    this.store.dispatch({ type: "forgotten" });
    void this.#options.media.sweep().catch(() => undefined);
  }

  running(): AssistantTurn | undefined {
    return runningAnswer(this.store.get().turns);
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }

  #newConversation(id: string = randomId()): Conversation {
    return newConversation(id, this.#now(), this.#options.settings?.());
  }

  #showNew(): void {
    this.#adopt({ type: "opened", conversation: this.#newConversation(), tree: emptyTree, reveal: undefined });
  }

  #turn(id: string | undefined): Turn | undefined {
    const { current, trees } = this.store.get();
    return id === undefined ? undefined : trees.get(current)?.get(id);
  }

  #add(turns: readonly Turn[], conversation = this.store.get().current): void {
    this.store.dispatch({ type: "added", conversation, turns, at: this.#now() });
  }

  #ask(parent: string, question: QuestionContent, conversation = this.store.get().current): void {
    const user = newQuestion({ parent, created: this.#now() }, question);
    const answer = newAnswer({ parent: user.id, created: this.#now() }, randomId());
    this.#add([user, answer], conversation);
    void this.#options.media.secure(question.media);
    this.#begin(conversation, answer.id);
  }

  #stopTurn(turn: Turn, conversation: string): void {
    if (turn.role !== "assistant" || !isRunning(turn)) return;
    this.#socket.stop(turn.run);
    this.store.dispatch({ type: "stopping", conversation, turn: turn.id });
  }

  /** Saved at once, so that a reload in the next moment finds the answer that is under way. */
  #begin(conversation: string, turn: string): void {
    const request = this.#request({ conversation, turn });
    if (!request) return;
    this.#runs.set(request.run, { conversation, turn });
    void this.#saver.flush();
    this.#socket.generate(request);
  }

  #request({ conversation, turn: id }: TurnName): GenerateMessage | undefined {
    const { conversations, trees, engine } = this.store.get();
    const turns = lineage(trees.get(conversation) ?? emptyTree, id);
    const answer = turns.pop();
    if (answer?.role !== "assistant") return undefined;
    const goesOn = answer.continued > 0;
    const begun = goesOn ? [{ ...answer, text: answer.text.slice(0, answer.continued) }] : [];
    const { messages, settings } = toRequest([...turns, ...begun], conversations.get(conversation)?.settings ?? defaultSettings, engine?.state === "ready" ? engine.info.media : undefined);
    return { type: "generate", run: answer.run, messages, settings: { ...settings, ...(goesOn && { continue_final_message: true }) } };
  }

  /** Takes up the answers of a conversation that are under way. */
  #follow(conversation: string, begunHere = false): void {
    for (const turn of this.store.get().trees.get(conversation)?.values() ?? []) {
      if (turn.role !== "assistant" || !isRunning(turn) || this.#runs.has(turn.run)) continue;
      // What another page has just begun may not have reached the server yet.
      if (!begunHere && turn.seq === 0) continue;
      const name = { conversation, turn: turn.id };
      this.#runs.set(turn.run, name);
      this.#socket.resume(turn.run, turn.seq, this.#request(name));
      if (turn.stopping) this.#socket.stop(turn.run);
    }
  }

  async #load(): Promise<void> {
    const { database } = this.#options;
    try {
      // What cannot be taken over now stays where it is for the next visit.
      const former = await migrateFormerRecord(database, this.#now()).catch(() => undefined);
      const conversations = await database.conversations();
      const unfinished = await database.unfinished();
      const ids = new Set([this.store.get().current, ...unfinished]);
      const trees = new Map(await Promise.all([...ids].map(async (id): Promise<[string, Tree]> => [id, treeOf(await database.turns(id))])));
      this.#adopt({ type: "loaded", conversations, trees });
      for (const id of ids) this.#follow(id, true);
      if (former !== undefined) await this.open(former);
    } catch {
      this.store.dispatch({ type: "not-stored" });
      this.#adopt({ type: "loaded", conversations: [], trees: new Map() });
    }
  }

  #whenLoaded(work: () => void): void {
    if (this.store.get().loaded) work();
    else void (this.#loading ??= this.#load()).then(work);
  }

  async #read(id: string): Promise<Tree> {
    await this.#saver.flush();
    return treeOf(await this.#options.database.turns(id).catch(() => []));
  }

  /** Another page has written these conversations. */
  async #refresh(data: unknown): Promise<void> {
    if (!this.store.get().loaded) return;
    await this.#saver.flush();
    for (const id of z.array(z.string()).safeParse(data).data ?? []) {
      const conversation = await this.#options.database.conversation(id).catch(() => undefined);
      if (!conversation && this.store.get().current === id) this.#showNew();
      const tree = this.store.get().trees.has(id) ? await this.#read(id) : undefined;
      this.#adopt({ type: "refreshed", id, conversation, tree });
      this.#follow(id);
    }
  }

  /** A change that comes from the database and is not to be written there. */
  #adopt(action: ChatAction): void {
    this.#adopting = true;
    try {
      this.store.dispatch(action);
    } finally {
      this.#adopting = false;
    }
  }

  #keep(): void {
    const state = this.store.get();
    if (this.#adopting) this.#saver.adopt(state);
    else this.#saver.change(state);
    this.#options.place.write(state.current);
  }

  #receive(report: SocketReport): void {
    switch (report.type) {
      case "connection":
        { this.store.dispatch(report); return; }
      case "status":
        { this.store.dispatch({ type: "engine", status: report.status }); return; }
      case "event":
        if (report.event.type === "error" && report.event.error.code === "media_missing") void this.#mend(report);
        else this.#queue(report);
        return;
      case "unknown-run":
      case "refused": {
        this.#flushEvents();
        const name = report.run === undefined ? undefined : this.#runs.get(report.run);
        if (report.run !== undefined) this.#runs.delete(report.run);
        if (name) this.store.dispatch(report.type === "refused" ? { type: "refused", error: report.error, ...name } : { type: "unknown-run", ...name });
        return;
      }
    }
  }

  /** The server lacks media of the conversation: it is given them again, and asked once more. */
  async #mend(report: Extract<ServerMessage, { type: "event" }>): Promise<void> {
    const name = this.#runs.get(report.run);
    const request = name && this.#request(name);
    const again = !this.#mended.has(report.run) && request && (await this.#options.media.restoreAll(mediaOf(request)));
    if (!name || !request || !again) { this.#queue(report); return; }
    const run = randomId();
    this.#mended.add(run);
    const turn = this.store.get().trees.get(name.conversation)?.get(name.turn);
    if (turn?.role !== "assistant") return;
    this.store.dispatch({ type: "begun", ...name, run, continued: turn.continued });
    this.#begin(name.conversation, name.turn);
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

  #isStopping({ conversation, turn }: TurnName): boolean {
    const found = this.store.get().trees.get(conversation)?.get(turn);
    return found?.role === "assistant" && found.stopping;
  }

  #flushEvents(): void {
    this.#scheduled = false;
    const batches = this.#events;
    this.#events = new Map();
    for (const [run, events] of batches) {
      const name = this.#runs.get(run);
      if (name) this.store.dispatch({ type: "events", ...name, events, at: this.#now() });
      if (events.some(({ event }) => event.type === "finish" || event.type === "error")) this.#runs.delete(run);
      // What the reader has stopped does not go on, also where it had come to its end just then.
      if (name && !this.#isStopping(name) && events.some(({ event }) => event.type === "finish" && event.reason === "eos")) this.#options.onAnswered?.(name);
    }
  }
}

function mediaOf({ messages }: GenerateMessage): string[] {
  return messages.flatMap(({ content }) => content.flatMap((part) => (part.type === "text" ? [] : part.media)));
}
