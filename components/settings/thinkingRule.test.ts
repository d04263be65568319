import { Template } from "@huggingface/jinja";
import { describe, expect, it } from "vitest";
import type { ChatMessage } from "../../server/protocol.ts";
import { toRequest, type AskedTurn } from "./request.ts";
import { defaultSettings } from "./settings.ts";
import { picture } from "./testing.ts";

/**
 * The rule of the published Thinking checkpoints' chat template, in a template of our own: what was thought is shown to the model
 * again only in answers behind the last question; what a tool gives back, a user's message from `<tool_response>` to
 * `</tool_response>`, is no question. An answer whose prompt ended with `<think>` has only the closing tag.
 */
const template = new Template(`
{%- macro words(content) %}{% for part in content %}{{ part.text if part.type == 'text' else '<image>' }}{% endfor %}{% endmacro %}
{%- set found = namespace(question=-1) %}
{%- for message in messages %}
  {%- set text = words(message.content) %}
  {%- if message.role == 'user' and not (text.startswith('<tool_response>') and text.endswith('</tool_response>')) %}{% set found.question = loop.index0 %}{% endif %}
{%- endfor %}
{%- for message in messages %}
  {%- set text = words(message.content) %}
  {{- '<|im_start|>' + message.role + '\\n' }}
  {%- if message.role == 'assistant' and '</think>' in text %}
    {%- set thought = text.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
    {%- if loop.index0 > found.question %}{{- '<think>\\n' + thought + '\\n</think>\\n\\n' }}{% endif %}
    {{- text.split('</think>')[-1].lstrip('\\n') }}
  {%- else %}
    {{- text }}
  {%- endif %}
  {{- '<|im_end|>\\n' }}
{%- endfor %}
{{- '<|im_start|>assistant\\n<think>\\n' }}`);

const render = (messages: readonly ChatMessage[]): string => template.render({ messages });
/** As the page sends it, and with every word that was ever thought: the template drops what the rule says. */
const sent = (turns: readonly AskedTurn[]): string => render(toRequest(turns, defaultSettings).messages);
const whole = (turns: readonly AskedTurn[]): string => render(turns.flatMap((turn) => toRequest([turn], defaultSettings).messages));

const asked = (text: string): AskedTurn => ({ role: "user", text, media: [] });
const thought = { prompted: true, ms: 1, tokens: 1 };
const answered = (thinking: string, text: string): AskedTurn => ({ role: "assistant", text: `${thinking}\n</think>\n\n${text}`, thought });
const tool: AskedTurn = { role: "user", text: "", media: [picture(10, 10)], tool: { name: "zoom", label: "sign", box: { x1: 0, y1: 0, x2: 1, y2: 1 }, source: "b".repeat(64) } };

describe("what was thought stays in the prompt as the Thinking template has it", () => {
  it.each([
    { name: "a second question", turns: [asked("a"), answered("I look.", "A sign."), asked("b")], kept: [] },
    { name: "a tool's response", turns: [asked("a"), answered("I zoom.", "<tool_call>…"), tool], kept: ["I zoom."] },
    { name: "several steps", turns: [asked("a"), answered("First.", "<tool_call>1"), tool, answered("Second.", "<tool_call>2"), tool], kept: ["First.", "Second."] },
    { name: "a question after steps", turns: [asked("a"), answered("First.", "<tool_call>1"), tool, answered("Second.", "It says STOP."), asked("b"), answered("Third.", "c"), tool], kept: ["Third."] },
    { name: "a model that opens its thinking itself", turns: [asked("a"), { role: "assistant", text: "<think>\nHm.\n</think>\n\nYes." }, asked("b")], kept: [] },
  ] satisfies { name: string; turns: AskedTurn[]; kept: string[] }[])("$name", ({ turns, kept }) => {
    expect(sent(turns)).toBe(whole(turns));
    expect([...sent(turns).matchAll(/<think>\n(.*)\n<\/think>/g)].map(([, words]) => words)).toEqual(kept);
  });
});
