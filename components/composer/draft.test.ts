import { describe, expect, it } from "vitest";
import { picture } from "../chat/testing.ts";
import type { Saved } from "../chat/storage.ts";
import { UploadError, type UploadOptions } from "../media/upload.ts";
import type { UploadedMedia } from "../../server/protocol.ts";
import { canSend, contentToSend, isUploading, type Draft, type DraftRecord } from "./draft.ts";
import { DraftSession } from "./draftSession.ts";
import { sends } from "./keys.ts";

const limits = { imageBytes: 1000, videoBytes: 5000, mediaPerRequest: 8, mediaPixels: 1e9, textCharacters: 100 };
const file = (name: string, bytes: number, type = "image/png") => new File([new Uint8Array(bytes)], name, { type });
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A draft whose uploads the test lets succeed or fail. */
function session(record?: DraftRecord) {
  const uploads: { name: string; options: UploadOptions; resolve: (media: UploadedMedia) => void; reject: (fault: unknown) => void }[] = [];
  const written: DraftRecord[] = [];
  const saved: Saved<DraftRecord> = { read: () => Promise.resolve(record), write: (value) => written.push(value), flush: () => Promise.resolve() };
  const draft = new DraftSession({
    saved,
    upload: ({ name }, options) => new Promise((resolve, reject) => uploads.push({ name, options, resolve, reject })),
    fetchAddress: (name, options) => new Promise((resolve, reject) => uploads.push({ name, options, resolve, reject })),
  });
  draft.start();
  return { draft, uploads, written, state: () => draft.store.get() };
}

describe("DraftSession", () => {
  it.each([
    ["nothing", undefined, "typed at once"],
    ["another text", "saved before", "saved before\n\ntyped at once"],
    ["what the browser has filled in itself", "typed", "typed at once"],
    ["the same", "typed at once", "typed at once"],
  ])("keeps what is typed before it is known that %s was saved", async (_, before, expected) => {
    const { draft, written, state } = session(before === undefined ? undefined : { version: 1, text: before, media: [] });
    draft.store.dispatch({ type: "typed", text: "typed at once" });
    await settled();
    expect(state().text).toBe(expected);
    expect(written).toMatchObject([{ text: expected }]);
  });

  it("uploads several files at once, each with its own progress", async () => {
    const { draft, uploads, state } = session();
    draft.attach([file("a.png", 10), file("b.png", 10)], limits);
    expect(uploads.map(({ name }) => name)).toEqual(["a.png", "b.png"]);
    uploads[1]?.options.onProgress(0.5);
    expect(state().attachments).toMatchObject([{ progress: 0 }, { progress: 0.5 }]);
    uploads[0]?.resolve(picture);
    await settled();
    expect(state().attachments.map((it) => it.state)).toEqual(["ready", "uploading"]);
    expect(isUploading(state())).toBe(true);
  });

  it("names each file that is not taken, and keeps the text and the others", async () => {
    const { draft, uploads, state } = session();
    draft.store.dispatch({ type: "typed", text: "Look" });
    draft.attach([file("empty.png", 0), file("large.png", 2000), file("broken.png", 10), file("good.png", 10)], limits);
    uploads[0]?.reject(new UploadError({ code: "image_corrupt", params: { name: "broken.png" } }));
    uploads[1]?.resolve(picture);
    await settled();
    expect(state().rejections.map(({ error }) => [error.code, error.params.name])).toEqual([
      ["media_empty", "empty.png"],
      ["media_too_large", "large.png"],
      ["image_corrupt", "broken.png"],
    ]);
    expect(state()).toMatchObject({ text: "Look", attachments: [{ name: "good.png", state: "ready" }] });
  });

  it("offers another attempt where that may help", async () => {
    const { draft, uploads, state } = session();
    draft.attach([file("a.png", 10)], limits);
    uploads[0]?.reject(new UploadError({ code: "network", params: {} }));
    await settled();
    const failed = state().attachments[0];
    expect(failed?.state).toBe("failed");
    expect(canSend(state())).toBe(false);
    draft.retry(failed?.key ?? "");
    uploads[1]?.resolve(picture);
    await settled();
    expect(state().attachments).toMatchObject([{ state: "ready" }]);
  });

  it("cancels the upload of what is removed", () => {
    const { draft, uploads, state } = session();
    draft.attach([file("a.png", 10)], limits);
    draft.remove(state().attachments[0]?.key ?? "");
    expect(uploads[0]?.options.signal.aborted).toBe(true);
    expect(state().attachments).toEqual([]);
  });

  it("begins with what was saved, and saves changes only after that was read", async () => {
    const { draft, written, state } = session({ version: 1, text: "saved", media: [picture] });
    draft.attach([file("new.png", 10)], limits);
    expect(written).toEqual([]);
    await settled();
    expect(state()).toMatchObject({ text: "saved", attachments: [{ name: "circle.png" }, { name: "new.png" }] });
    draft.store.dispatch({ type: "typed", text: "more" });
    expect(written.at(-1)).toEqual({ version: 1, text: "more", media: [picture] });
  });

  it("takes back the wish to send when the text changes", () => {
    const { draft, state } = session();
    draft.store.dispatch({ type: "send-asked", wanted: true });
    draft.store.dispatch({ type: "typed", text: "wait" });
    expect(state().sendWhenReady).toBe(false);
  });
});

describe("the order of attachments", () => {
  const names = (state: Draft) => state.attachments.map(({ name }) => name);
  const three = () => {
    const made = session();
    made.draft.attach(["a.png", "b.png", "c.png"].map((name) => file(name, 10)), limits);
    const keyOf = (name: string) => made.state().attachments.find((it) => it.name === name)?.key ?? "";
    const move = (name: string, index: number) => made.draft.store.dispatch({ type: "moved", key: keyOf(name), index });
    return { ...made, keyOf, move };
  };

  it("changes as they are moved, and stays within its ends", () => {
    const { state, move } = three();
    move("c.png", 0);
    expect(names(state())).toEqual(["c.png", "a.png", "b.png"]);
    move("a.png", 9);
    expect(names(state())).toEqual(["c.png", "b.png", "a.png"]);
    move("b.png", 1);
    expect(names(state())).toEqual(["c.png", "b.png", "a.png"]);
  });

  it("is kept where one is replaced, whose upload ends", () => {
    const { draft, uploads, state, keyOf } = three();
    draft.attach([file("new.png", 10)], limits, { replaces: keyOf("b.png") });
    expect(names(state())).toEqual(["a.png", "new.png", "c.png"]);
    expect(uploads[1]?.options.signal.aborted).toBe(true);
    draft.attach([file("empty.png", 0)], limits, { replaces: keyOf("new.png") });
    expect(names(state())).toEqual(["a.png", "new.png", "c.png"]);
  });

  it("gives a clip made of pictures the place of the first", async () => {
    const { draft, uploads, state, keyOf } = three();
    for (const upload of uploads) upload.resolve({ ...picture, name: upload.name });
    await settled();
    draft.merge([keyOf("b.png"), keyOf("c.png")], { name: "both", fps: 2 });
    expect(state().attachments).toMatchObject([{ name: "a.png" }, { name: "both", video: true, media: { frames: { media: [picture.id, picture.id], fps: 2 } } }]);
  });
});

describe("what is not a plain file", () => {
  it("waits for its turn: four uploads and two addresses at once", async () => {
    const { draft, uploads } = session();
    draft.attach(Array.from({ length: 6 }, (_, index) => file(`${index}.png`, 10)), limits);
    for (const name of ["x", "y", "z"]) draft.attachAddress(`https://example.com/${name}.png`);
    expect(uploads.map(({ name }) => name)).toEqual(["0.png", "1.png", "2.png", "3.png", "https://example.com/x.png", "https://example.com/y.png"]);
    uploads[0]?.resolve(picture);
    uploads[4]?.reject(new UploadError({ code: "fetch_failed", params: {} }));
    await settled();
    expect(new Set(uploads.slice(6).map(({ name }) => name))).toEqual(new Set(["4.png", "https://example.com/z.png"]));
  });

  it("is made only when its turn has come, and says where it is from", async () => {
    const { draft, uploads, state } = session();
    const made: number[] = [];
    const pages = Array.from({ length: 6 }, (_, index) => ({
      name: `paper.pdf p. ${index + 1}`,
      origin: { kind: "page", file: "paper.pdf", page: index + 1 } as const,
      make: () => {
        made.push(index + 1);
        return Promise.resolve(file(`paper.pdf p. ${index + 1}`, 10));
      },
    }));
    draft.attachMade(pages);
    await settled();
    expect(made).toEqual([1, 2, 3, 4]);
    uploads[0]?.resolve({ ...picture, name: "paper.pdf p. 1" });
    await settled();
    expect(made).toEqual([1, 2, 3, 4, 5]);
    expect(state().attachments[0]).toMatchObject({ state: "ready", media: { origin: { kind: "page", page: 1 } } });
  });

  it("fails as a whole where a frame fails, and stops the others", async () => {
    const { draft, uploads, state } = session();
    draft.attachFrames(["1.png", "2.png", "3.png"].map((name) => file(name, 10)), { name: "walk", fps: 2 });
    uploads[0]?.resolve(picture);
    await settled();
    expect(state().attachments).toMatchObject([{ name: "walk", state: "uploading" }]);
    uploads[1]?.reject(new UploadError({ code: "network", params: {} }));
    await settled();
    expect(state().attachments).toMatchObject([{ state: "failed", error: { code: "network" } }]);
    expect(uploads[2]?.options.signal.aborted).toBe(true);
  });

  it("is asked about where it has to be: documents and folders of frames, one after the other", () => {
    const { draft, uploads, state } = session();
    draft.take([file("paper.pdf", 10, "application/pdf"), file("a.png", 10)], limits);
    expect(state().asking).toMatchObject([{ kind: "document", file: { name: "paper.pdf" } }]);
    expect(uploads.map(({ name }) => name)).toEqual(["a.png"]);
    draft.store.dispatch({ type: "answered" });
    expect(state().asking).toEqual([]);
  });
});

describe("long texts", () => {
  it("are attached, sent before the message, saved, and turned back", async () => {
    const { draft, written, state } = session();
    await settled();
    draft.store.dispatch({ type: "typed", text: "Sum it up" });
    draft.attachText("Pasted text", "Long.");
    expect(contentToSend(state())).toEqual({ text: "Sum it up", media: [], texts: [{ name: "Pasted text", text: "Long." }] });
    expect(written.at(-1)).toEqual({ version: 1, text: "Sum it up", media: [], texts: [{ name: "Pasted text", text: "Long." }] });
    expect(canSend(state())).toBe(true);
    draft.store.dispatch({ type: "text-unfolded", key: state().attachments[0]?.key ?? "" });
    expect(state()).toMatchObject({ text: "Sum it up\n\nLong.", attachments: [] });
  });

  it("come from text files too, within the limit of a message", async () => {
    const { draft, state } = session();
    draft.take([new File(["some words"], "notes.txt", { type: "text/plain" }), file("long.txt", 101, "text/plain"), file("empty.md", 0, "")], limits);
    await settled();
    expect(state().attachments).toMatchObject([{ state: "text", name: "notes.txt", text: "some words" }]);
    expect(state().rejections.map(({ error }) => [error.code, error.params.name])).toEqual([["media_too_large", "long.txt"], ["media_empty", "empty.md"]]);
  });
});

describe("changing a sent message", () => {
  it("takes its text and attachments, and gives back what was being written", async () => {
    const { draft, uploads, written, state } = session();
    await settled();
    draft.store.dispatch({ type: "typed", text: "new" });
    draft.attach([file("late.png", 10)], limits);
    draft.edit("turn", { text: "old", media: [picture], texts: [{ name: "t", text: "words" }] });
    expect(state()).toMatchObject({ text: "old", editing: { turn: "turn" }, attachments: [{ name: "circle.png" }, { state: "text", text: "words" }] });
    draft.store.dispatch({ type: "typed", text: "other" });
    expect(written.at(-1)).toMatchObject({ text: "new" });

    uploads[0]?.resolve({ ...picture, name: "late.png" }); // it went on meanwhile
    await settled();
    draft.store.dispatch({ type: "sent" });
    expect(state()).toMatchObject({ text: "new", editing: undefined, attachments: [{ name: "late.png", state: "ready" }] });
  });

  it("can be cancelled, with its uploads, and begun with another message", () => {
    const { draft, uploads, state } = session();
    draft.store.dispatch({ type: "typed", text: "new" });
    draft.edit("first", { text: "1", media: [] });
    draft.attach([file("a.png", 10)], limits);
    draft.edit("second", { text: "2", media: [] });
    expect(uploads[0]?.options.signal.aborted).toBe(true);
    draft.cancelEdit();
    expect(state()).toMatchObject({ text: "new", editing: undefined, attachments: [] });
  });
});

describe("sends", () => {
  const enter = { key: "Enter", shiftKey: false, keyCode: 13, isComposing: false };
  it("is Enter, but not with Shift and not while an input method composes", () => {
    expect(sends(enter)).toBe(true);
    expect(sends({ ...enter, shiftKey: true })).toBe(false);
    expect(sends({ ...enter, isComposing: true })).toBe(false);
    expect(sends({ ...enter, keyCode: 229 })).toBe(false);
    expect(sends({ ...enter, key: "a" })).toBe(false);
  });
});
