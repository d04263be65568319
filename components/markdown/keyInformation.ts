import { readJson, type JsonNode } from "../results/parse/json.ts";
import { parseTimeRange } from "../results/parse/numbers.ts";
import type { TableData } from "./tableData.ts";

/** What was read from a page by its keys, as from a receipt. */
export type KeyValue = string | { kind: "list"; items: readonly KeyValue[] } | { kind: "object"; entries: readonly KeyEntry[] };
export interface KeyEntry {
  key: string;
  value: KeyValue;
}

/** Keys of what is shown elsewhere: on a picture, a clip or as a step of an agent. */
const otherKeys = /^(?:(?:bbox|box|point|points|polygon|quad)(?:_?[23]d)?|coordinates?|start_time|end_time|timestamps?|events|arguments|img_idx)$/i;

/** The keys and values of a piece of JSON, also while it is being written; undefined where it is no such thing. */
export function readKeyInformation(json: string): KeyValue | undefined {
  if (json.length > 200_000 || !/^\s*(?:\[\s*)?\{\s*["“]/.test(json)) return undefined;
  const nodes = readJson(json, { start: 0, end: json.length, final: false });
  const [node] = nodes;
  if (node === undefined || nodes.length > 1 || isShownElsewhere(node)) return undefined;
  const value = toValue(node);
  if (typeof value === "string") return undefined;
  return value.kind === "object" ? (value.entries.length > 0 ? value : undefined) : isTable(value) ? value : undefined;
}

function isShownElsewhere(node: JsonNode): boolean {
  switch (node.kind) {
    case "object":
      return node.entries.some(({ key, value }) => key === "" || otherKeys.test(key) || parseTimeRange(key) !== undefined || isShownElsewhere(value));
    case "array":
      return node.items.some(isShownElsewhere);
    case "string":
    case "number":
    case "word":
      return false;
  }
}

function toValue(node: JsonNode): KeyValue {
  switch (node.kind) {
    case "object":
      return { kind: "object", entries: node.entries.map(({ key, value }) => ({ key, value: toValue(value) })) };
    case "array":
      return { kind: "list", items: node.items.map(toValue) };
    case "number":
      return node.text;
    case "string":
      return node.value;
    case "word":
      return node.value === "null" || node.value === "None" ? "" : node.value;
  }
}

/** A list of objects whose values are single. */
export function isTable(value: KeyValue): value is { kind: "list"; items: readonly { kind: "object"; entries: readonly KeyEntry[] }[] } {
  return (
    typeof value === "object" &&
    value.kind === "list" &&
    value.items.length > 0 &&
    value.items.every((item) => typeof item === "object" && item.kind === "object" && item.entries.every((entry) => typeof entry.value === "string"))
  );
}

/** All columns that occur, in their order, and a row for each object. */
export function tableOf(items: readonly { entries: readonly KeyEntry[] }[]): TableData {
  const head = [...new Set(items.flatMap(({ entries }) => entries.map(({ key }) => key)))];
  const rows = items.map(({ entries }) => head.map((key) => cellText(entries.find((entry) => entry.key === key)?.value ?? "")));
  return { head, rows };
}

function cellText(value: KeyValue): string {
  return typeof value === "string" ? value : value.kind === "list" ? value.items.map(cellText).join(", ") : value.entries.map(({ key, value: inner }) => `${key}: ${cellText(inner)}`).join("; ");
}

/** As a sheet: a list of objects as it is, anything else as keys ("items[0].price") and values. */
export function sheetOf(value: KeyValue): TableData {
  if (isTable(value)) return tableOf(value.items);
  return { head: ["key", "value"], rows: pairs(value, "") };
}

function pairs(value: KeyValue, path: string): string[][] {
  if (typeof value === "string") return [[path, value]];
  if (value.kind === "list") return value.items.flatMap((item, index) => pairs(item, `${path}[${index}]`));
  return value.entries.flatMap((entry) => pairs(entry.value, path === "" ? entry.key : `${path}.${entry.key}`));
}
