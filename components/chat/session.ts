import * as z from "zod/mini";
import type { UploadedMedia } from "../../server/protocol.ts";
import { newConversation, type Conversation } from "../conversations/conversation.ts";
import type { Database } from "../conversations/database.ts";
import type { MediaKeeper } from "../conversations/media.ts";
import { migrateFormerRecord } from "../conversations/migrate.ts";
import { Saver } from "../conversations/saver.ts";
import { emptyTree, treeOf, withFollowers, type Tree } from "../conversations/tree.ts";
import type { ConversationSettings } from "../settings/settings.ts";
import type { AttachedText } from "../media/attachedText.ts";
import { Store } from "../ui/store.ts";
import { randomId } from "../ui/randomId.ts";
import { initialChat, reduceChat, type ChatAction, type ChatState, type TurnName } from "./reducer.ts";
import { Runs, type RunsOptions } from "./runs.ts";
import { isRunning, newAnswer, newQuestion, runningAnswer, type AssistantTurn, type QuestionContent, type Rating, type Turn } from "./turns.ts";

export interface ChatSessionOptions {
  connect: RunsOptions["connect"];
  database: Database;
  media: Pick<MediaKeeper, "restoreAll" | "secure" | "sweep">;
  /** Which conversation this page shows, over a reload. */
  place: { read: () => string | undefined; write: (conversation: string) => void };
  /** To the other pages of this browser. */
  channel?: Pick<BroadcastChannel, "postMessage" | "onmessage">;
  /** What a new conversation begins with. */
  settings?: () => ConversationSettings;
  /** Told of an answer that has ended by itself; it may be followed by `respond`. */
  onAnswered?: RunsOptions["onAnswered"];
  schedule: RunsOptions["schedule"];
  now?: () => number;
  delay?: RunsOptions["delay"];
}

/** The conversations apart from React: joins the socket, the reducer and the browser's database. */
export class ChatSession {
  readonly store: Store<ChatState, ChatAction>;
  readonly #options: ChatSessionOptions;
  readonly #runs: Runs;
  readonly #saver: Saver;
  #adopting = false;
  #opening: symbol | undefined;
  #loading: Promise<void> | undefined;

  constructor(options: ChatSessionOptions) {
    this.#options = options;
    const first = this.#newConversation(options.place.read());
    this.store = new Store({ ...initialChat, current: first.id, conversations: new Map([[first.id, first]]) }, reduceChat);
    this.#saver = new Saver({
      database: options.database,
      onSaved: (conversations) => options.channel?.postMessage(conversations),
      onFault: () => this.store.dispatch({ type: "not-stored" }),
    });
    const { connect, media, schedule, delay, onAnswered } = options;
    this.#runs = new Runs({
      store: this.store,
      connect,
      media,
      schedule,
      save: () => void this.#saver.flush(),
      now: () => this.#now(),
      ...(delay && { delay }),
      ...(onAnswered && { onAnswered }),
    });
    this.store.subscribe(() => this.#keep());
  }

  /** Connects, and takes up what a former visit left unfinished. */
  start(): void {
    const { channel } = this.#options;
    if (channel) channel.onmessage = ({ data }: MessageEvent<unknown>) => void this.#refresh(data);
    this.#runs.start();
    this.#loading ??= this.#load();
  }

  [Symbol.dispose](): void {
    if (this.#options.channel) this.#options.channel.onmessage = null;
    this.#runs[Symbol.dispose]();
    void this.flush();
  }

  /** Connects at once where a next attempt is being waited for. */
  hurry(): void {
    this.#runs.hurry();
  }

  /** Writes down what is not saved yet. */
  async flush(): Promise<void> {
    this.#runs.flush();
    await this.#saver.flush();
  }

  // The conversations.

  /** All turns of a conversation, also where the browser's database does not have them. @throws what the database throws */
  async turnsOf(id: string): Promise<readonly Turn[]> {
    await this.flush();
    const held = this.store.get().trees.get(id);
    return held ? [...held.values()] : this.#options.database.turns(id);
  }

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
    this.#runs.follow(id);
  }

  /** Shows an empty conversation; the one that is shown, if it is empty. */
  create(): void {
    this.#opening = undefined;
    const { current, trees } = this.store.get();
    if ((trees.get(current)?.size ?? 0) > 0) this.#showNew();
  }

  /** An empty title changes nothing. */
  rename(id: string, title: string): void {
    const words = title.trim();
    if (words !== "") this.store.dispatch({ type: "conversation-changed", id, change: { title: words } });
  }

  /** Pinned conversations come first in the history. */
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
    for (const turn of tree.values()) this.#runs.stop(turn, id);
    this.store.dispatch({ type: "conversation-removed", id, tree, next: this.#newConversation() });
  }

  /** Adds conversations that came in a file, under ids of their own. */
  importConversation(conversation: Conversation, turns: readonly Turn[]): void {
    this.store.dispatch({ type: "imported", conversation, turns });
  }

  // The conversation that is shown.

  /** Asks at the end of the branch that is shown. */
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
    this.#runs.begin({ conversation: this.store.get().current, turn: answer.id });
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
    this.#runs.begin({ conversation: current, turn: id });
  }

  /** Ends the answer that is under way in the branch that is shown. */
  stop(): void {
    const turn = this.running();
    if (turn) this.#runs.stop(turn, this.store.get().current);
  }

  /** Shows the branch of this turn. */
  choose(id: string): void {
    this.store.dispatch({ type: "chosen", conversation: this.store.get().current, turn: id });
  }

  /** Notes what the reader thinks of an answer; nothing of it leaves the browser. */
  rate(id: string, rating: Rating | undefined): void {
    this.store.dispatch({ type: "rated", conversation: this.store.get().current, turn: id, rating });
  }

  /** Takes a turn and what follows it away, until `restore`. */
  remove(id: string): void {
    const { current, trees } = this.store.get();
    for (const turn of withFollowers(trees.get(current) ?? emptyTree, id)) this.#runs.stop(turn, current);
    this.store.dispatch({ type: "removed", conversation: current, turn: id });
  }

  /** Brings back what was taken away last. */
  restore(): void {
    this.store.dispatch({ type: "restored" });
  }

  /** What was taken away is gone for good, and its media with it. */
  forget(): void {
    this.store.dispatch({ type: "forgotten" });
    void this.#options.media.sweep().catch(() => undefined);
  }

  /** The answer that is under way in the branch that is shown. */
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
    this.#runs.begin({ conversation, turn: answer.id });
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
      for (const id of ids) this.#runs.follow(id, true);
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
    for (const id of z.array(z.string()).safeParse(data).data ?? []) {
      // What cannot be read now stays as it is here.
      const written = await this.#written(id).catch(() => undefined);
      if (!written) continue;
      if (!written.conversation && this.store.get().current === id) this.#showNew();
      this.#adopt({ type: "refreshed", id, ...written });
      this.#runs.follow(id);
    }
  }

  /** A conversation as it is in the database, read again where it was changed here meanwhile: the older must not replace the newer. */
  async #written(id: string): Promise<{ conversation: Conversation | undefined; tree: Tree | undefined }> {
    const { database } = this.#options;
    for (;;) {
      const before = this.#shapeOf(id);
      await this.#saver.flush();
      const conversation = await database.conversation(id);
      const tree = this.store.get().trees.has(id) ? treeOf(await database.turns(id)) : undefined;
      const after = this.#shapeOf(id);
      if (before.every((part, index) => part === after[index])) return { conversation, tree };
    }
  }

  /** What changes when the reader does something with a conversation, and stays while an answer is written. */
  #shapeOf(id: string): readonly unknown[] {
    const { conversations, trees } = this.store.get();
    return [conversations.get(id), [...(trees.get(id)?.keys() ?? [])].join()];
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
}
