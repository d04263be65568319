import { expect, it } from "vitest";
import { parseResults } from "../results/parse/parse.ts";
import { behindCalls } from "./behindCalls.ts";

const call = '{"name": "mobile_use", "arguments": {"action": "click", "coordinate": [250, 600]}}';
const rest = (text: string) => text.slice(behindCalls(text, parseResults(text, { media: [], complete: true }).actions));

it("leaves what an agent says behind its last step", () => {
  expect(rest(`Thought: now.\n<tool_call>\n${call}\n</tool_call>\n\nThat is all.`)).toBe("That is all.");
  expect(rest("Thought: now.\n```json\n" + call + "\n```\nDone, **really**.")).toBe("Done, **really**.");
  expect(rest(`<tool_call>\n${call}\n</tool_call>\n<tool_call>\n${call}\n</tool_call>`)).toBe("");
});
