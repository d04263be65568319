import type { AgentAction, Point } from "../results/types.ts";

export type Direction = "up" | "down" | "left" | "right" | "other";

/** What a step does, for a text in the reader's language. */
export type PlainAction =
  | { name: "tap" | "click" | "rightClick" | "middleClick" | "doubleClick" | "tripleClick" | "move" | "drag" }
  | { name: "hold" | "wait"; seconds: string }
  | { name: "swipe" | "scroll"; direction: Direction }
  | { name: "type" | "answer" | "open"; text: string }
  | { name: "keys"; keys: readonly string[] }
  | { name: "button"; button: string }
  | { name: "ended"; status: "done" | "failed" }
  | { name: "unknown"; action: string };

/** The actions of the published tool schemas, `mobile_use` and `computer_use`; others are called by their own name. */
export function plainAction(action: AgentAction): PlainAction {
  const detail = (...names: readonly string[]) => action.details.find(({ key }) => names.includes(key))?.value ?? "";
  const text = detail("text", "content", "app", "answer");
  switch (action.action) {
    case "click":
    case "left_click":
      return { name: action.device === "mobile" ? "tap" : "click" };
    case "long_press":
      return { name: "hold", seconds: detail("time", "seconds", "duration") };
    case "swipe":
      return { name: "swipe", direction: direction(action.from, action.to) };
    case "type":
      return { name: "type", text };
    case "answer":
      return { name: "answer", text };
    case "open":
      return { name: "open", text };
    case "system_button":
      return { name: "button", button: detail("button") };
    case "key":
      return { name: "keys", keys: keysOf(detail("keys", "key", "text")) };
    case "wait":
      return { name: "wait", seconds: detail("time", "seconds", "duration") };
    case "terminate":
      return { name: "ended", status: /^(?:success|done|completed?|finished)$/iu.test(detail("status")) ? "done" : "failed" };
    case "mouse_move":
      return { name: "move" };
    case "left_click_drag":
      return { name: "drag" };
    case "right_click":
      return { name: "rightClick" };
    case "middle_click":
      return { name: "middleClick" };
    case "double_click":
      return { name: "doubleClick" };
    case "triple_click":
      return { name: "tripleClick" };
    case "scroll":
      return { name: "scroll", direction: scrolled(detail("pixels"), ["down", "up"]) };
    case "hscroll":
      return { name: "scroll", direction: scrolled(detail("pixels"), ["left", "right"]) };
    default:
      return { name: "unknown", action: action.action };
  }
}

/** Where the finger goes. */
function direction(from: Point | undefined, to: Point | undefined): Direction {
  if (!from || !to) return "other";
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  if (dx === 0 && dy === 0) return "other";
  if (Math.abs(dx) > Math.abs(dy)) return dx > 0 ? "right" : "left";
  return dy > 0 ? "down" : "up";
}

function scrolled(pixels: string, [negative, positive]: readonly [Direction, Direction]): Direction {
  const amount = Number.parseFloat(pixels);
  return amount > 0 ? positive : amount < 0 ? negative : "other";
}

/** ["ctrl", "c"], however the keys are written: as a list, or joined by plus signs. */
function keysOf(written: string): string[] {
  const keys = written.replace(/^\[|\]$|["']/gu, "").split(/\s*,\s*|\s*\+\s*(?=.)/u);
  return keys.map((key) => key.trim()).filter((key) => key !== "");
}
