/** The tools that Qwen3-VL was trained to steer a phone and a computer with: names and parameters are fixed, the descriptions are ours. */

interface Parameter {
  type: string;
  description: string;
  enum?: readonly string[];
}

function systemPrompt(name: string, description: string, parameters: Readonly<Record<string, Parameter>>): string {
  const tool = { type: "function", function: { name, description, parameters: { type: "object", properties: parameters, required: ["action"] } } };
  return `# Tools

You may call one or more functions to assist with the user query.

You are provided with function signatures within <tools></tools> XML tags:
<tools>
${JSON.stringify(tool)}
</tools>

For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:
<tool_call>
{"name": <function-name>, "arguments": <args-json-object>}
</tool_call>

# Response format

1. Thought: one sentence on what to do next and why.
2. Action: one sentence that says what is done on the screen.
3. One <tool_call> block.`;
}

const mobileActions = ["click", "long_press", "swipe", "type", "answer", "system_button", "open", "wait", "terminate"];
const computerActions = ["key", "type", "mouse_move", "left_click", "left_click_drag", "right_click", "middle_click", "double_click", "triple_click", "scroll", "hscroll", "wait", "terminate", "answer"];

const shared = {
  text: { type: "string", description: "For `type`, `answer` and `open`: the words." },
  time: { type: "number", description: "For `long_press` and `wait`: seconds." },
  status: { type: "string", description: "For `terminate`: how the task ended.", enum: ["success", "failure"] },
} as const;

export const mobileAgentPrompt = systemPrompt("mobile_use", "A phone with a touch screen, of which you see a screenshot. The screen's resolution is 999x999.", {
  action: { type: "string", description: "What to do.", enum: mobileActions },
  coordinate: { type: "array", description: "For `click`, `long_press` and `swipe`: [x, y] where it begins." },
  coordinate2: { type: "array", description: "For `swipe`: [x, y] where it ends." },
  button: { type: "string", description: "For `system_button`.", enum: ["Back", "Home", "Menu", "Enter"] },
  ...shared,
});

export const computerAgentPrompt = systemPrompt("computer_use", "A computer with mouse and keyboard, of which you see a screenshot. The screen's resolution is 1000x1000.", {
  action: { type: "string", description: "What to do.", enum: computerActions },
  keys: { type: "array", description: "For `key`: the keys, pressed together." },
  coordinate: { type: "array", description: "For actions of the mouse: [x, y]." },
  pixels: { type: "number", description: "For `scroll` and `hscroll`: how far; positive is up or right." },
  ...shared,
});
