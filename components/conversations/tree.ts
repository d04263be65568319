import type { Turn } from "../chat/turns.ts";

/**
 * A conversation is a tree: turns that follow the same turn are branches of each other, and nothing is replaced. `chosen` says
 * for each turn, and for the conversation itself, which of those that follow it is shown.
 */
export type Tree = ReadonlyMap<string, Turn>;
export type Choices = Readonly<Record<string, string>>;

export const emptyTree: Tree = new Map();

/** In the order in which they were made. */
export function treeOf(turns: Iterable<Turn>): Tree {
  const sorted = [...turns].sort((a, b) => a.created - b.created);
  return new Map(sorted.map((turn) => [turn.id, turn]));
}

/** Those that follow each turn, and the first ones under the conversation's id. */
function followers(tree: Tree): ReadonlyMap<string, readonly Turn[]> {
  const byParent = new Map<string, Turn[]>();
  for (const turn of tree.values()) {
    const known = byParent.get(turn.parent);
    if (known) known.push(turn);
    else byParent.set(turn.parent, [turn]);
  }
  return byParent;
}

export interface Branch {
  /** From the first turn to the last. */
  turns: readonly Turn[];
  /** The branches at each of these turns, itself among them, where there are several. */
  siblings: ReadonlyMap<string, readonly string[]>;
}

/** What is shown: at each turn the one that is chosen, else the newest. */
export function shownBranch(tree: Tree, conversation: string, chosen: Choices): Branch {
  const byParent = followers(tree);
  const turns: Turn[] = [];
  const siblings = new Map<string, readonly string[]>();
  const seen = new Set<string>();
  let parent = conversation;
  for (;;) {
    const options = byParent.get(parent) ?? [];
    const next = options.find(({ id }) => id === chosen[parent]) ?? options.at(-1);
    // A file can hold a circle.
    if (!next || seen.has(next.id)) return { turns, siblings };
    seen.add(next.id);
    turns.push(next);
    if (options.length > 1) siblings.set(next.id, options.map(({ id }) => id));
    parent = next.id;
  }
}

/** The turns from the first to this one. */
export function lineage(tree: Tree, id: string): Turn[] {
  const turns: Turn[] = [];
  for (let turn = tree.get(id); turn && turns.length <= tree.size; turn = tree.get(turn.parent)) turns.unshift(turn);
  return turns;
}

/** The choices with which this turn is shown. */
export function chooseTurn(tree: Tree, chosen: Choices, id: string): Choices {
  return { ...chosen, ...Object.fromEntries(lineage(tree, id).map((turn) => [turn.parent, turn.id])) };
}

/** A turn and everything that follows it. */
export function withFollowers(tree: Tree, id: string): Turn[] {
  const byParent = followers(tree);
  const found = new Map<string, Turn>();
  const visit = (turn: Turn): void => {
    if (found.has(turn.id)) return;
    found.set(turn.id, turn);
    for (const next of byParent.get(turn.id) ?? []) visit(next);
  };
  const first = tree.get(id);
  if (first) visit(first);
  return [...found.values()];
}

export function addTurns(tree: Tree, turns: Iterable<Turn>): Tree {
  return new Map([...tree, ...[...turns].map((turn): [string, Turn] => [turn.id, turn])]);
}

export function removeTurns(tree: Tree, turns: Iterable<Turn>): Tree {
  const removed = new Set([...turns].map(({ id }) => id));
  return new Map([...tree].filter(([id]) => !removed.has(id)));
}
