import type { Turn } from "../chat/turns.ts";
import { isWorthKeeping, type Conversation } from "./conversation.ts";
import type { Changes, Database } from "./database.ts";
import type { Tree } from "./tree.ts";

/** What of the page's state is kept. Trees of conversations that are not held in memory are absent. */
export interface Keepable {
  conversations: ReadonlyMap<string, Conversation>;
  trees: ReadonlyMap<string, Tree>;
}

export interface SaverOptions {
  database: Database;
  /** Longer than a save takes while an answer streams, shorter than anyone notices (ms). */
  interval?: number;
  /** Called with the conversations that were written. */
  onSaved: (conversations: readonly string[]) => void;
  onFault: (fault: unknown) => void;
}

/** Writes down what changed from one state to the next: turns one by one, so that a long conversation costs no more than a short one. */
export class Saver {
  readonly #options: Required<SaverOptions>;
  #last: Keepable = { conversations: new Map(), trees: new Map() };
  #conversations = new Map<string, Conversation | undefined>();
  #turns = new Map<string, { conversation: string; id: string; turn: Turn | undefined }>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: SaverOptions) {
    this.#options = { interval: 800, ...options };
  }

  /** The state is what the database says: nothing of it is to be written. */
  adopt(state: Keepable): void {
    this.#last = state;
  }

  /** The state has changed: what is new in it is written soon. */
  change(state: Keepable): void {
    const last = this.#last;
    if (state.conversations === last.conversations && state.trees === last.trees) return;
    this.#last = state;
    this.#compareConversations(last.conversations, state.conversations);
    for (const [conversation, tree] of state.trees) this.#compareTrees(conversation, last.trees.get(conversation) ?? new Map(), tree);
    if (this.#conversations.size > 0 || this.#turns.size > 0) this.#timer ??= setTimeout(() => void this.flush(), this.#options.interval);
  }

  /** Writes what waits at once; resolves when everything is written. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const changes: Changes = { conversations: this.#conversations, turns: this.#turns };
    this.#conversations = new Map();
    this.#turns = new Map();
    if (changes.conversations.size > 0 || changes.turns.size > 0) this.#writing = this.#writing.then(() => this.#write(changes));
    return this.#writing;
  }

  #compareConversations(before: Keepable["conversations"], after: Keepable["conversations"]): void {
    for (const [id, conversation] of after) if (before.get(id) !== conversation && isWorthKeeping(conversation)) this.#conversations.set(id, conversation);
    for (const id of before.keys()) {
      if (after.has(id)) continue;
      this.#conversations.set(id, undefined);
      for (const [key, { conversation }] of this.#turns) if (conversation === id) this.#turns.delete(key);
    }
  }

  #compareTrees(conversation: string, before: Tree, after: Tree): void {
    if (before === after) return;
    for (const [id, turn] of after) if (before.get(id) !== turn) this.#turns.set(`${conversation} ${id}`, { conversation, id, turn });
    for (const id of before.keys()) if (!after.has(id)) this.#turns.set(`${conversation} ${id}`, { conversation, id, turn: undefined });
  }

  async #write(changes: Changes): Promise<void> {
    try {
      await this.#options.database.write(changes);
      this.#options.onSaved([...new Set([...changes.conversations.keys(), ...[...changes.turns.values()].map(({ conversation }) => conversation)])]);
    } catch (fault) {
      // With what comes next, it is tried again.
      this.#conversations = new Map([...changes.conversations, ...this.#conversations]);
      const isGone = (conversation: string) => this.#conversations.has(conversation) && !this.#conversations.get(conversation);
      this.#turns = new Map([...[...changes.turns].filter(([, { conversation }]) => !isGone(conversation)), ...this.#turns]);
      this.#options.onFault(fault);
    }
  }
}
