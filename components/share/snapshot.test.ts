import { expect, test } from "vitest";
import type { UploadedMedia } from "../../server/protocol.ts";
import { shareRequestSchema } from "../../server/share/protocol.ts";
import { newAnswer, newQuestion, turnSchema, type Turn } from "../chat/turns.ts";
import { randomId } from "../ui/randomId.ts";
import { countShared, fromShared, shownState, toShared } from "./snapshot.ts";

const picture: UploadedMedia = {
  id: "a".repeat(64),
  name: "point.png",
  bytes: 70,
  mime: "image/png",
  info: { kind: "image", format: "png", width: 1, height: 1, tokens: 4, resizedWidth: 64, resizedHeight: 64 },
  origin: { kind: "address", url: "https://ada:secret@example.com/point.png" },
};

function turns(): Turn[] {
  const first = newQuestion({ parent: "c", created: 1 }, { text: "What is it?", media: [picture], texts: [{ name: "notes", text: "long" }] });
  const second = { ...newAnswer({ parent: first.id, created: 2 }, randomId()), text: "A point.", rating: "down" as const, state: { name: "edited" as const } };
  const third = newQuestion({ parent: second.id, created: 3 }, { text: "And now?", media: [] });
  return [first, second, third, { ...newAnswer({ parent: third.id, created: 4 }, randomId()), text: "It is", state: { name: "writing", since: 0, sinceTokens: 0, rate: 1 } }];
}

test("what is shared is taken by the server, and holds nothing that is the owner's alone", () => {
  const own = turns();
  const shared = toShared("A point", own, 7);
  expect(shareRequestSchema.safeParse(shared).error).toBeUndefined();
  const text = JSON.stringify(shared);
  expect(text).not.toMatch(/secret|rating|down/);
  for (const { id } of own) expect(text).not.toContain(id);
  expect(shared.turns.at(-1)).toMatchObject({ text: "It is", state: { name: "interrupted" } });
  expect(countShared(own)).toEqual({ messages: 4, pictures: 1, clips: 0, running: true });
});

test("it comes back as a conversation that can be shown and kept, with the same words and media", () => {
  const shared = { ...toShared("A point", turns(), null), created: 1000, expires: null };
  const whole = fromShared(shared);
  expect(whole.turns.map((turn) => turnSchema.safeParse(turn).error)).toEqual([undefined, undefined, undefined, undefined]);
  expect(whole.turns.map(({ parent }) => parent)).toEqual([whole.conversation.id, ...whole.turns.slice(0, 3).map(({ id }) => id)]);
  expect(whole.turns.map(({ text }) => text)).toEqual(["What is it?", "A point.", "And now?", "It is"]);
  expect(whole.turns[0]).toMatchObject({ media: [{ id: picture.id, name: "point.png" }], texts: [{ name: "notes", text: "long" }] });
  expect(fromShared(shared).turns[0]?.id).not.toBe(whole.turns[0]?.id);
  expect(shownState(whole)).toMatchObject({ loaded: true, turns: whole.turns });
});
