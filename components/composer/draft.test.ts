import { describe, expect, it } from "vitest";
import { picture } from "../chat/testing.ts";
import type { Saved } from "../chat/storage.ts";
import { UploadError, type UploadOptions } from "../media/upload.ts";
import type { UploadedMedia } from "../../server/protocol.ts";
import { canSend, isUploading, type DraftRecord } from "./draft.ts";
import { DraftSession } from "./draftSession.ts";
import { sends } from "./keys.ts";

const limits = { imageBytes: 1000, videoBytes: 5000, mediaPerRequest: 8, textCharacters: 100 };
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
  });
  draft.start();
  return { draft, uploads, written, state: () => draft.store.get() };
}

describe("DraftSession", () => {
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
