import { describe, expect, it } from "vitest";
import { EditedText } from "./edits.ts";
import { toolCallEdits } from "./toolCalls.ts";

const card = (json: string) => `\n\n\`\`\`\`\`\`tool-call\n${json}`;
const end = "\n``````\n\n";

describe("toolCallEdits", () => {
  const read = (text: string, partial = false) => new EditedText(text, toolCallEdits(text, partial)).text;

  it.each([
    ["words\n<tool_call>\n{}\n</tool_call>", `words\n${card("{}\n")}${end}`],
    ["<tool_call>{}</tool_call> <tool_call>[]</tool_call>", `${card("{}")}${end}${card("[]")}${end}`],
    // Its end is missing.
    ["<tool_call>{}\n<tool_call>{}", `${card("{}\n")}${end}${card("{}")}`],
    ["<tool_call>\n<function=zoom>", card("<function=zoom>")],
    ["a <tool_call> is a tag", "a <tool_call> is a tag"],
    ["`<tool_call>{}`", "`<tool_call>{}`"],
    ["```\n<tool_call>{}\n```", "```\n<tool_call>{}\n```"],
  ])("%j", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it("shows no sign of a tag while it is being written", () => {
    const answer = 'A look.\n<tool_call>\n{"name": "zoom"}\n</tool_call>\nIt is red.';
    for (let length = 1; length <= answer.length; length += 1) expect(read(answer.slice(0, length), true)).not.toMatch(/<\/?t|<$/);
  });
});
