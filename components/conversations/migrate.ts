import { deleteDB, openDB, type IDBPDatabase } from "idb";
import * as z from "zod/mini";
import { assistantTurnSchema, userTurnSchema, type Turn } from "../chat/turns.ts";
import { newConversation, titleOf, type Conversation } from "./conversation.ts";
import { draftKey, type Database } from "./database.ts";

/** Before there were many conversations, the page kept one, as a list of turns, and one draft. */
const formerDatabase = "qwen3-vl-web-demo";
const formerTable = "page";
const migratedKey = "migrated";

const formerTurnSchema = z.discriminatedUnion("role", [
  z.omit(userTurnSchema, { parent: true, created: true }),
  z.omit(assistantTurnSchema, { parent: true, created: true, run: true, continued: true }),
]);
const formerRecordSchema = z.object({ version: z.literal(1), turns: z.array(z.unknown()) });

/**
 * Takes over what a former version of the page kept, once. It stays where it was until it is written down here; a second
 * attempt, as after a crash in between, writes the same again.
 * @returns the conversation, where there was something
 */
export async function migrateFormerRecord(database: Database, now: number): Promise<string | undefined> {
  if ((await database.value(migratedKey)) === true) return undefined;
  const former = await openDB(formerDatabase);
  const found = former.objectStoreNames.contains(formerTable);
  const taken = found ? await takeOver(former, database, now) : undefined;
  former.close();
  await database.setValue(migratedKey, true);
  // Opening it has made it, where there was none.
  if (!found) await deleteDB(formerDatabase);
  return taken;
}

async function takeOver(former: IDBPDatabase, database: Database, now: number): Promise<string | undefined> {
  const [record, draft] = await Promise.all([former.get(formerTable, "conversation"), former.get(formerTable, "draft")]) as unknown[];
  if (record === undefined && draft === undefined) return undefined;
  const { conversation, turns } = toConversation(record, now) ?? { conversation: newConversation("former", now), turns: [] };
  await database.write({
    conversations: new Map([[conversation.id, conversation]]),
    turns: new Map(turns.map((turn) => [turn.id, { conversation: conversation.id, id: turn.id, turn }])),
  });
  if (draft !== undefined) await database.setValue(draftKey(conversation.id), draft);
  await Promise.all([former.delete(formerTable, "conversation"), former.delete(formerTable, "draft")]);
  return conversation.id;
}

/** The former list of turns as a tree with one branch; undefined where there is nothing to take over. */
function toConversation(record: unknown, now: number): { conversation: Conversation; turns: Turn[] } | undefined {
  const parsed = formerRecordSchema.safeParse(record);
  const former = (parsed.data?.turns ?? []).flatMap((turn) => formerTurnSchema.safeParse(turn).data ?? []);
  const [first] = former;
  if (!first) return undefined;
  // The same at every attempt.
  const id = `former-${first.id}`;
  let parent = id;
  const turns = former.map((turn, index): Turn => {
    const place = { parent, created: now - former.length + index };
    parent = turn.id;
    return turn.role === "user" ? { ...turn, ...place } : { ...turn, ...place, run: turn.id, continued: 0 };
  });
  return { conversation: { ...newConversation(id, now), title: titleOf(turns) ?? "…" }, turns };
}
