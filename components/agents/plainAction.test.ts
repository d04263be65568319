import { describe, expect, it } from "vitest";
import { parseResults } from "../results/parse/parse.ts";
import { plainAction } from "./plainAction.ts";

/** A step as a model writes it. */
function step(device: "mobile" | "computer", args: Readonly<Record<string, unknown>>) {
  const call = JSON.stringify({ name: `${device}_use`, arguments: args });
  const [action] = parseResults(`Thought: x\nAction: y\n<tool_call>\n${call}\n</tool_call>`, { media: [], complete: true }).actions;
  if (!action) throw new Error(`${call} is no action.`);
  return plainAction(action);
}

describe("plainAction", () => {
  it.each([
    [{ action: "click", coordinate: [500, 500] }, { name: "tap" }],
    [{ action: "long_press", coordinate: [500, 500], time: 2 }, { name: "hold", seconds: "2" }],
    [{ action: "swipe", coordinate: [500, 800], coordinate2: [500, 200] }, { name: "swipe", direction: "up" }],
    [{ action: "swipe", coordinate: [200, 500], coordinate2: [800, 510] }, { name: "swipe", direction: "right" }],
    [{ action: "type", text: "hello" }, { name: "type", text: "hello" }],
    [{ action: "answer", text: "42" }, { name: "answer", text: "42" }],
    [{ action: "system_button", button: "Back" }, { name: "button", button: "Back" }],
    [{ action: "open", text: "Clock" }, { name: "open", text: "Clock" }],
    [{ action: "wait", time: 3 }, { name: "wait", seconds: "3" }],
    [{ action: "terminate", status: "success" }, { name: "ended", status: "done" }],
    [{ action: "terminate", status: "failure" }, { name: "ended", status: "failed" }],
  ])("knows what a phone does: %j", (args, expected) => expect(step("mobile", args)).toEqual(expected));

  it.each([
    [{ action: "key", keys: ["ctrl", "c"] }, { name: "keys", keys: ["ctrl", "c"] }],
    [{ action: "key", keys: "ctrl+shift+t" }, { name: "keys", keys: ["ctrl", "shift", "t"] }],
    [{ action: "type", text: "=SUM(D2:D6)" }, { name: "type", text: "=SUM(D2:D6)" }],
    [{ action: "mouse_move", coordinate: [1, 2] }, { name: "move" }],
    [{ action: "left_click", coordinate: [1, 2] }, { name: "click" }],
    [{ action: "left_click_drag", coordinate: [1, 2] }, { name: "drag" }],
    [{ action: "right_click", coordinate: [1, 2] }, { name: "rightClick" }],
    [{ action: "middle_click", coordinate: [1, 2] }, { name: "middleClick" }],
    [{ action: "double_click", coordinate: [1, 2] }, { name: "doubleClick" }],
    [{ action: "triple_click", coordinate: [1, 2] }, { name: "tripleClick" }],
    [{ action: "scroll", pixels: -300 }, { name: "scroll", direction: "down" }],
    [{ action: "hscroll", pixels: 300 }, { name: "scroll", direction: "right" }],
    [{ action: "wait", time: 1 }, { name: "wait", seconds: "1" }],
    [{ action: "terminate", status: "success" }, { name: "ended", status: "done" }],
    [{ action: "answer", text: "done" }, { name: "answer", text: "done" }],
    [{ action: "teleport" }, { name: "unknown", action: "teleport" }],
  ])("knows what a computer does: %j", (args, expected) => expect(step("computer", args)).toEqual(expected));
});
