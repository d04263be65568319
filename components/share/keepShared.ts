import type { SharedConversation } from "../../server/share/protocol.ts";
import { pagePlace } from "../chat/pagePlace.ts";
import { Database } from "../conversations/database.ts";
import { MediaKeeper } from "../conversations/media.ts";
import { mediaUrl, uploadFile, uploadIds } from "../media/upload.ts";
import { fromShared } from "./snapshot.ts";

/** Whether who asks may use the demo itself; where it is not known, the page itself will tell. */
export async function mayChat(): Promise<boolean> {
  const response = await fetch("/api/config").catch(() => undefined);
  return response?.status !== 401;
}

/**
 * Makes a shared conversation one of this browser's, with the bytes of its media, and the one that the chat page shows next.
 * Called on the share's own page, where its media are.
 * @throws Error where the server or the browser's database does not do it; then nothing is kept.
 */
export async function keepShared(shared: SharedConversation, database = new Database()): Promise<void> {
  const { conversation, turns } = fromShared(shared);
  const media = new MediaKeeper({ database, upload: uploadFile });
  const named = turns.flatMap((turn) => (turn.role === "user" ? turn.media : []));
  for (const { name, mime, ...medium } of named) {
    for (const id of uploadIds(medium)) {
      const response = await fetch(mediaUrl(id));
      // The share itself lacks it.
      if (response.status === 404) continue;
      if (!response.ok) throw new Error(`A medium of the share was not given: ${response.status}`);
      await media.adopt({ id, name, mime: response.headers.get("Content-Type") ?? mime }, await response.blob());
    }
  }
  const { id } = conversation;
  await database.write({
    conversations: new Map([[id, { ...conversation, updated: Date.now() }]]),
    turns: new Map(turns.map((turn) => [turn.id, { conversation: id, id: turn.id, turn }])),
  });
  pagePlace.write(id);
}
