/** The zoom tool as the model is told of it: names and parameters are those that Qwen3-VL was trained with. */
const zoomTool = {
  type: "function",
  function: {
    name: "image_zoom_in_tool",
    description: "Enlarges a region of a picture, so that small things in it can be seen. Gives the region back as a picture of its own.",
    parameters: {
      type: "object",
      properties: {
        bbox_2d: {
          type: "array",
          items: { type: "number" },
          minItems: 4,
          maxItems: 4,
          description: "The region as [x1, y1, x2, y2]: its top left and bottom right corners, from 0 to 1000 relative to the picture's sides.",
        },
        label: { type: "string", description: "What is in the region." },
        img_idx: { type: "number", description: "Which of the pictures of the conversation, from 0." },
      },
      required: ["bbox_2d", "label", "img_idx"],
    },
  },
};

/** What follows the system prompt where the model may call tools: the form of Qwen3's chat template. */
export const toolsPrompt = `# Tools

You may call one or more functions to assist with the user query.

You are provided with function signatures within <tools></tools> XML tags:
<tools>
${JSON.stringify(zoomTool)}
</tools>

For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:
<tool_call>
{"name": <function-name>, "arguments": <args-json-object>}
</tool_call>`;

/** Around the picture that a tool gives back, in a message of the user. */
export const toolResponse = { before: "<tool_response>\n", after: "\n</tool_response>" } as const;
