import type { AgentAction, Point, TextRange, ZoomCall } from "../types.ts";
import { attributesOf, normalizeKey, textOf } from "./fields.ts";
import { readJson, type JsonEntry, type JsonObject } from "./json.ts";
import { numberOf, numbersOf, thousandths, toBox, toPoint, toRawBox, unitsOf, type PictureSize, type Units } from "./numbers.ts";

/** Tool calls of agents and of "think with images": shown or answered with a crop, never executed. */

export interface ToolCall extends TextRange {
  name: string;
  arguments: readonly JsonEntry[];
}

const devices = { mobile_use: "mobile", computer_use: "computer" } as const;
/** The tool schemas say 999 × 999 for the phone and 1000 × 1000 for the computer. */
const deviceUnits = { mobile: { x: 999, y: 999 }, computer: thousandths } as const;
const zoomTool = "image_zoom_in_tool";
const knownTools = new Set([...Object.keys(devices), zoomTool, "image_search"]);

/** {"name": …, "arguments": {…}}, the arguments as an object or as JSON in a string; undefined for other objects and while it is not whole. */
export function toolCallOf(node: JsonObject): ToolCall | undefined {
  const entry = (name: string) => node.entries.find(({ key }) => normalizeKey(key) === name);
  const name = entry("name");
  const given = entry("arguments") ?? entry("parameters");
  if (name?.value.kind !== "string" || given === undefined) return undefined;
  const tool = name.value.value.trim();
  if (!knownTools.has(tool) && normalizeKey(given.key) !== "arguments") return undefined;
  const { value } = given;
  const range = { start: node.start, end: node.end };
  if (value.kind === "object") return { name: node.closed || value.closed ? tool : "", arguments: value.entries, ...range };
  if (value.kind !== "string") return undefined;
  const [inner] = readJson(value.value, { start: 0, end: value.value.length, final: true });
  return inner?.kind === "object" ? { name: value.closed ? tool : "", arguments: inner.entries, ...range } : undefined;
}

function argument(call: ToolCall, ...names: readonly string[]): JsonEntry | undefined {
  return call.arguments.find(({ key }) => names.includes(normalizeKey(key)));
}

/** The steps of a phone or computer agent. `start`: where the answer begins. */
export function toActions(text: string, calls: readonly ToolCall[], { start, size }: { start: number; size: PictureSize | undefined }): AgentAction[] {
  const actions: AgentAction[] = [];
  let before = start;
  let cursor: Point | undefined;
  for (const call of calls) {
    const device = call.name === "mobile_use" || call.name === "computer_use" ? devices[call.name] : undefined;
    const said = saidBefore(text.slice(before, call.start));
    before = call.end;
    if (device === undefined) continue;
    const units = unitsOfCall(call, deviceUnits[device], size);
    const action = argument(call, "action", "type");
    const drags = action !== undefined && /drag|swipe/.test(textOf(action.value));
    const first = pointOf(argument(call, "startcoordinate", "coordinate", "coordinate1", "start", "from", "position", "point"), units);
    const second = pointOf(argument(call, "coordinate2", "endcoordinate", "end", "to"), units) ?? (argument(call, "startcoordinate") && pointOf(argument(call, "coordinate"), units));
    // A drag names only where it ends: it begins where the pointer is.
    const [from, to] = device === "computer" && drags && second === undefined ? [cursor, first] : [first, second];
    cursor = to ?? from ?? cursor;
    const rest = call.arguments.filter((entry) => entry !== action && !(isCoordinate(entry) && pointOf(entry, units)));
    actions.push({
      id: `action-${call.start}`,
      range: { start: call.start, end: call.end },
      device,
      action: action ? textOf(action.value) : "",
      thought: said.thought,
      ...(from && { from }),
      ...(to && { to }),
      details: [...attributesOf(rest), ...(said.action === "" ? [] : [{ key: "description", value: said.action }])],
    });
  }
  return actions;
}

function isCoordinate({ key }: JsonEntry): boolean {
  return /coordinate|position|point|^start$|^end$|^from$|^to$/.test(normalizeKey(key));
}

function unitsOfCall(call: ToolCall, units: Units, size: PictureSize | undefined): Units {
  const corners = call.arguments.filter(isCoordinate).flatMap(({ value }) => {
    const [x, y] = numbersOf(value) ?? [];
    return x === undefined || y === undefined ? [] : [[x, y] as const];
  });
  const found = unitsOf(corners, size);
  return found === thousandths || corners.length === 0 ? units : found;
}

function pointOf(entry: JsonEntry | undefined, units: Units): Point | undefined {
  const [x, y] = (entry && numbersOf(entry.value)) ?? [];
  return x === undefined || y === undefined ? undefined : toPoint([x, y], units);
}

/** The Thought and Action lines in front of a call; without them all that was said is the thought. */
function saidBefore(text: string): { thought: string; action: string } {
  const plain = text.slice(-8000).replace(/<\/?tool_call>|```\w*/g, "");
  const thought = /(?:^|\n)[\s*#>-]{0,8}(?:Thought|思考|想法)[\s*]{0,4}[:：]([\s\S]*?)(?=\n[\s*#>-]{0,8}(?:Action|动作|操作)[\s*]{0,4}[:：]|$)/i.exec(plain)?.[1];
  const action = /(?:^|\n)[\s*#>-]{0,8}(?:Action|动作|操作)[\s*]{0,4}[:：]([\s\S]*)$/i.exec(plain)?.[1];
  if (thought === undefined && action === undefined) return { thought: tidy(plain), action: "" };
  return { thought: tidy(thought ?? ""), action: tidy(action ?? "").replace(/^["“]([^"“”]*)["”]$/, "$1") };
}

function tidy(text: string): string {
  return text.replace(/^[\s*}\])]+|[\s*]+$/g, "").trim();
}

/** Requests to enlarge a part of a picture. `pictures`: which of the media are pictures. */
export function toZooms(calls: readonly ToolCall[], pictures: readonly { medium: number; size: PictureSize }[]): ZoomCall[] {
  return calls.flatMap((call): ZoomCall[] => {
    const numbers = call.name === zoomTool ? numbersOf(argument(call, "bbox2d", "bbox", "box")?.value ?? call.arguments[0]?.value ?? none) : undefined;
    const raw = numbers && toRawBox(numbers);
    if (raw === undefined) return [];
    const index = Math.max(Math.floor(numberOf(argument(call, "imgidx", "imageidx", "imageindex", "imgindex")?.value) ?? 0), 0);
    const picture = pictures[Math.min(index, pictures.length - 1)];
    const box = toBox(raw, unitsOf([[raw[0], raw[1]], [raw[2], raw[3]]], picture?.size));
    const label = argument(call, "label", "name", "description");
    return box ? [{ id: `zoom-${call.start}`, range: { start: call.start, end: call.end }, medium: picture?.medium ?? index, label: label ? textOf(label.value) : "", box }] : [];
  });
}

const none = { kind: "word", value: "", start: 0, end: 0, closed: false } as const;
