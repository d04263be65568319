import { describe, expect, it, vi } from "vitest";
import type { UploadedMedia } from "../../server/protocol.ts";
import { initialChat, reduceChat, type ChatAction, type ChatState } from "../chat/reducer.ts";
import { picture } from "../chat/testing.ts";
import { newAnswer, newQuestion, type Turn } from "../chat/turns.ts";
import { newConversation } from "../conversations/conversation.ts";
import { UploadError } from "../media/upload.ts";
import { defaultSettings } from "../settings/settings.ts";
import { Store } from "../ui/store.ts";
import { pendingZoom } from "./pendingZoom.ts";
import { longestTrail, ZoomTool, type ZoomToolOptions } from "./zoomTool.ts";

const call = (label: string, index = 0) => `I look closer.\n<tool_call>\n{"name": "image_zoom_in_tool", "arguments": {"label": "${label}", "bbox_2d": [100, 200, 300, 400], "img_idx": ${index}}}\n</tool_call>`;
const crop: UploadedMedia = { ...picture, id: "c".repeat(64), name: "sign.png" };
const box = { x1: 0.1, y1: 0.2, x2: 0.3, y2: 0.4 };

/** A question with a picture, `steps` answers of the tool, and the answer that is looked at. */
function trail(answer: string, steps = 0): Turn[] {
  const turns: Turn[] = [{ ...newQuestion({ parent: "conversation", created: 0 }, { text: "What does it say?", media: [picture] }), id: "q" }];
  const say = (text: string) => turns.push({ ...newAnswer({ parent: turns.at(-1)?.id ?? "", created: 0 }, crypto.randomUUID()), text, state: { name: "interrupted" } });
  for (let step = 0; step < steps; step += 1) {
    say(call("sign"));
    turns.push(newQuestion({ parent: turns.at(-1)?.id ?? "", created: 0 }, { text: "", media: [crop], tool: { name: "zoom", label: "sign", box, source: picture.id } }));
  }
  say(answer);
  return turns;
}

function setup(turns: readonly Turn[], options: { zoom?: boolean } & Partial<ZoomToolOptions> = {}) {
  const conversation = newConversation("conversation", 0, { ...defaultSettings, tools: { zoom: options.zoom ?? true } });
  const store = new Store<ChatState, ChatAction>({ ...initialChat, current: conversation.id }, reduceChat);
  store.dispatch({ type: "imported", conversation, turns });
  const respond = vi.fn<ZoomToolOptions["chat"]["respond"]>();
  const tool = new ZoomTool({
    chat: { store, respond },
    crop: () => Promise.resolve(new File(["x"], "sign.png")),
    upload: () => Promise.resolve(crop),
    find: (lineage) => Promise.resolve(pendingZoom(lineage)),
    ...options,
  });
  const name = { conversation: conversation.id, turn: turns.at(-1)?.id ?? "" };
  return { tool, respond, name };
}

describe("pendingZoom", () => {
  it("finds the call that an answer ends with, and the picture that it names", () => {
    expect(pendingZoom(trail(call("sign")))).toMatchObject({ call: { label: "sign", box }, source: { id: picture.id }, steps: 0 });
    expect(pendingZoom(trail(call("sign", 2), 2))).toMatchObject({ source: { id: crop.id }, steps: 2 });
  });

  it("finds none where an answer goes on after it, says something else, or names no picture", () => {
    expect(pendingZoom(trail(`${call("sign")}\nIt says STOP.`))).toBeUndefined();
    expect(pendingZoom(trail("It says STOP."))).toBeUndefined();
    expect(pendingZoom(trail(call("sign")).slice(1))).toBeUndefined();
    expect(pendingZoom(trail(`${call("sign")}\n</think>\nIt says STOP.`))).toBeUndefined();
  });
});

describe("ZoomTool", () => {
  it("cuts out what an answer asks for, uploads it and lets the model go on", async () => {
    const cut = vi.fn<ZoomToolOptions["crop"]>(() => Promise.resolve(new File(["x"], "sign.png")));
    const { tool, respond, name } = setup(trail(call("a sign: “STOP”")), { crop: cut });
    await tool.answered(name);
    expect(cut).toHaveBeenCalledWith(picture.id, box, "a sign STOP.png", expect.anything());
    expect(respond).toHaveBeenCalledExactlyOnceWith(name, { media: [crop], tool: { name: "zoom", label: "a sign: “STOP”", box, source: picture.id } });
    expect(tool.store.get().size).toBe(0);
  });

  it("does nothing by itself where the conversation does not allow it, or the trail is long enough; asked by the reader it does", async () => {
    for (const { tool, respond, name } of [setup(trail(call("sign")), { zoom: false }), setup(trail(call("sign"), longestTrail))]) {
      await tool.answered(name);
      expect(respond).not.toHaveBeenCalled();
      await tool.run(name);
      expect(respond).toHaveBeenCalledOnce();
    }
    const { tool, respond, name } = setup(trail(call("sign"), longestTrail - 1));
    await tool.answered(name);
    expect(respond).toHaveBeenCalledOnce();
  });

  it("says what went wrong, and tries again when it is asked", async () => {
    let attempts = 0;
    const upload: ZoomToolOptions["upload"] = () => (attempts++ === 0 ? Promise.reject(new UploadError({ code: "network", params: {} })) : Promise.resolve(crop));
    const { tool, respond, name } = setup(trail(call("sign")), { upload });
    await tool.answered(name);
    expect(tool.store.get().get(name.turn)).toEqual({ name: "failed", error: { code: "network", params: {} } });
    await tool.run(name);
    expect(respond).toHaveBeenCalledOnce();
    expect(tool.store.get().size).toBe(0);
  });

  it("stops at any time, and what was under way then leads to nothing", async () => {
    let finish = (): void => undefined;
    const upload: ZoomToolOptions["upload"] = () => new Promise((resolve) => (finish = () => resolve(crop)));
    const { tool, respond, name } = setup(trail(call("sign")), { upload });
    const run = tool.answered(name);
    await vi.waitFor(() => expect(tool.store.get().get(name.turn)).toEqual({ name: "cropping" }));
    tool.cancel(name.turn);
    finish();
    await run;
    expect(respond).not.toHaveBeenCalled();
    expect(tool.store.get().size).toBe(0);
  });
});
