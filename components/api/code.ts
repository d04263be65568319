import { MediumSlot, type ApiRecord, type ApiRequest, type ApiValue, type MediumSource } from "./apiRequest.ts";

/** A request as a program in one of three languages; each runs as it stands, next to the files that it names. */

export const codeLanguages = ["curl", "python", "javascript"] as const;
export type CodeLanguage = (typeof codeLanguages)[number];

export interface CodeOptions {
  /** Of the server, without a slash at its end. */
  origin: string;
  /** Undefined where none is needed. */
  key: string | undefined;
}

export function codeFor(language: CodeLanguage, request: ApiRequest, options: CodeOptions): string {
  switch (language) {
    case "curl":
      return curl(request, options);
    case "python":
      return python(request, options);
    case "javascript":
      return javascript(request, options);
  }
}

/** How a language writes values: what differs from JSON. */
interface Syntax {
  file: (source: Extract<MediumSource, { type: "file" }>) => string;
  yes: string;
  no: string;
  /** What an object's line or a call's argument begins with. */
  key: (name: string) => string;
  text: (text: string) => string;
}

const indent = "  ";

function write(value: ApiValue, syntax: Syntax, margin = ""): string {
  if (value instanceof MediumSlot) return value.source.type === "file" ? syntax.file(value.source) : syntax.text(value.source.url);
  if (typeof value === "string") return syntax.text(value);
  if (typeof value === "boolean") return value ? syntax.yes : syntax.no;
  if (typeof value === "number") return String(value);
  const inner = margin + indent;
  const lines = isList(value) ? value.map((one) => inner + write(one, syntax, inner)) : Object.entries(value).map(([name, one]) => `${inner}${syntax.key(name)}${write(one, syntax, inner)}`);
  const [open, close] = isList(value) ? "[]" : "{}";
  return lines.length === 0 ? `${open ?? ""}${close ?? ""}` : `${open ?? ""}\n${lines.join(",\n")}\n${margin}${close ?? ""}`;
}

function isList(value: ApiValue): value is readonly ApiValue[] {
  return Array.isArray(value);
}

/** Whether any of the media is a file. */
function readsFiles(value: ApiValue): boolean {
  if (value instanceof MediumSlot) return value.source.type === "file";
  if (typeof value !== "object") return false;
  return Object.values<ApiValue>(value).some(readsFiles);
}

function curl({ standard, extra }: ApiRequest, { origin, key }: CodeOptions): string {
  // The shell looks for its own signs in what follows <<, which is how the files get in.
  const text = (words: string): string => JSON.stringify(words).replace(/[\\$`]/g, "\\$&");
  const syntax: Syntax = {
    file: ({ name, mime }) => `"data:${mime};base64,$(base64 < ${shellQuoted(name)} | tr -d '\\n')"`,
    yes: "true",
    no: "false",
    key: (name) => `${text(name)}: `,
    text,
  };
  return [
    `curl ${origin}/v1/chat/completions \\`,
    `  -H "Content-Type: application/json" \\`,
    ...(key === undefined ? [] : [`  -H "Authorization: Bearer ${key}" \\`]),
    "  -d @- <<END",
    write({ ...standard, ...extra }, syntax),
    "END",
  ].join("\n");
}

/** Neither a quote that ends early nor a flag. */
function shellQuoted(name: string): string {
  return `'./${name.replace(/\//g, "_").replaceAll("'", String.raw`'\''`)}'`;
}

function python({ standard, extra }: ApiRequest, { origin, key }: CodeOptions): string {
  const syntax: Syntax = {
    file: ({ name, mime }) => `data_url(${JSON.stringify(name)}, ${JSON.stringify(mime)})`,
    yes: "True",
    no: "False",
    key: (name) => `${JSON.stringify(name)}: `,
    text: (words) => JSON.stringify(words),
  };
  const all: ApiRecord = { ...standard, ...(Object.keys(extra).length > 0 && { extra_body: extra }) };
  const reading = ["", "", "def data_url(file, mime):", '    with open(file, "rb") as opened:', '        return f"data:{mime};base64,{base64.b64encode(opened.read()).decode()}"', "", ""];
  return [
    "# pip install openai",
    ...(readsFiles(all) ? ["import base64", ""] : []),
    "from openai import OpenAI",
    "",
    `client = OpenAI(base_url=${JSON.stringify(`${origin}/v1`)}, api_key=${JSON.stringify(key ?? "none")})`,
    ...(readsFiles(all) ? reading : [""]),
    "stream = client.chat.completions.create(",
    ...Object.entries({ ...all, stream: true }).map(([name, value]) => `${indent}${name}=${write(value, syntax, indent)},`),
    ")",
    "for chunk in stream:",
    "    if chunk.choices:",
    '        print(chunk.choices[0].delta.content or "", end="", flush=True)',
    "print()",
  ].join("\n");
}

function javascript({ standard, extra }: ApiRequest, { origin, key }: CodeOptions): string {
  const all: ApiRecord = { ...standard, ...extra, stream: true };
  const syntax: Syntax = {
    file: ({ name, mime }) => `await dataUrl(${JSON.stringify(name)}, ${JSON.stringify(mime)})`,
    yes: "true",
    no: "false",
    key: (name) => `${name}: `,
    text: (words) => JSON.stringify(words),
  };
  const reading = ["", "async function dataUrl(file, mime) {", "  return `data:${mime};base64,${(await readFile(file)).toString(\"base64\")}`;", "}"];
  return [
    "// npm install openai",
    ...(readsFiles(all) ? ['import { readFile } from "node:fs/promises";'] : []),
    'import OpenAI from "openai";',
    "",
    `const client = new OpenAI({ baseURL: ${JSON.stringify(`${origin}/v1`)}, apiKey: ${JSON.stringify(key ?? "none")} });`,
    ...(readsFiles(all) ? reading : []),
    "",
    `const stream = await client.chat.completions.create(${write(all, syntax)});`,
    "for await (const chunk of stream) {",
    '  process.stdout.write(chunk.choices[0]?.delta.content ?? "");',
    "}",
    "console.log();",
  ].join("\n");
}
