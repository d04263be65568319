import { z } from "zod";
import { invalid } from "./fault.ts";

const types = new Set(["object", "array", "string", "number", "integer", "boolean", "null"]);
const objectSchema = z.record(z.string(), z.unknown());
const longestPattern = 1000;

/** Keys whose value is a schema, a list of schemas, or an object of schemas. */
const schemaKeys = ["items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"];
const listKeys = ["anyOf", "oneOf", "allOf", "prefixItems"];
const mapKeys = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];

/**
 * Checks that a function's parameters are a JSON Schema of an object, as far as a mistake would mislead the model. It is only
 * shown to the model: nothing here is compiled or carried out.
 *
 * @throws ApiFault that names the place
 */
export function checkParameters(parameters: Record<string, unknown>, param: string): void {
  const { type } = parameters;
  if (type !== undefined && type !== "object") throw invalid(`${param}.type`, `Invalid ${param}.type: the parameters of a function are an object.`);
  checkSchema(parameters, param);
}

function checkSchema(schema: unknown, param: string): void {
  if (typeof schema === "boolean") return;
  const parsed = objectSchema.safeParse(schema);
  if (!parsed.success) throw invalid(param, `Invalid ${param}: it must be a JSON Schema.`);
  const { data } = parsed;
  checkType(data.type, `${param}.type`);
  checkPattern(data.pattern, `${param}.pattern`);
  if (data.enum !== undefined && !Array.isArray(data.enum)) throw invalid(`${param}.enum`, `Invalid ${param}.enum: it must be a list.`);
  if (data.required !== undefined && !z.array(z.string()).safeParse(data.required).success) {
    throw invalid(`${param}.required`, `Invalid ${param}.required: it must be a list of names.`);
  }
  for (const key of schemaKeys) if (data[key] !== undefined && !Array.isArray(data[key])) checkSchema(data[key], `${param}.${key}`);
  for (const key of listKeys) checkAll(data[key], z.array(z.unknown()), `${param}.${key}`);
  for (const key of mapKeys) checkAll(data[key], objectSchema, `${param}.${key}`);
}

function checkAll(value: unknown, container: z.ZodType<unknown[] | Record<string, unknown>>, param: string): void {
  if (value === undefined) return;
  const parsed = container.safeParse(value);
  if (!parsed.success) throw invalid(param, `Invalid ${param}: it must hold JSON Schemas.`);
  for (const [key, schema] of Object.entries(parsed.data)) checkSchema(schema, `${param}.${key.slice(0, 64)}`);
}

function checkType(type: unknown, param: string): void {
  if (type === undefined) return;
  const all: unknown[] = Array.isArray(type) ? type : [type];
  if (!all.every((one) => typeof one === "string" && types.has(one))) throw invalid(param, `Invalid ${param}: it must be one of ${[...types].join(", ")}.`);
}

function checkPattern(pattern: unknown, param: string): void {
  if (pattern === undefined) return;
  try {
    if (typeof pattern !== "string" || pattern.length > longestPattern) throw new Error("no pattern");
    new RegExp(pattern);
  } catch {
    throw invalid(param, `Invalid ${param}: it must be a regular expression.`);
  }
}
