import { inspect } from "node:util";

export const logFormats = ["text", "json"] as const;
export type LogFormat = (typeof logFormats)[number];

export type LogFields = Record<string, string | number | boolean>;

/** What happens, without its contents: never a prompt, an answer, a medium, its name, a password or a key. */
export interface Log {
  /** For people. */
  info(text: string): void;
  /** For programs: something that happens all the time. Only in JSON. */
  event(name: string, fields: LogFields): void;
  /** `details` are figures that help to find the cause; `fault` is thrown and kept with its causes. */
  fault(event: string, fault: unknown, details?: LogFields): void;
}

const maxCharacters = 2000;
/** Of one text within a line. */
const maxText = 400;

interface Streams {
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
}

/** The console. `text`: sentences, and faults as one JSON line each. `json`: everything one JSON line of 2 KB at most. */
export function consoleLog({ out, err }: Streams, format: LogFormat = "text"): Log {
  const write = (stream: NodeJS.WritableStream, level: string, fields: LogFields): void => {
    stream.write(`${jsonLine({ time: new Date().toISOString(), level, ...fields })}\n`);
  };
  return {
    info: (text) => {
      if (format === "json") write(out, "info", { event: "message", text });
      else out.write(`${printable(text)}\n`);
    },
    event: (event, fields) => {
      if (format === "json") write(out, "info", { event, ...fields });
    },
    fault: (event, fault, details = {}) => write(err, "error", { event, ...details, fault: causes(fault) }),
  };
}

/** For tests that are not about the log. */
export const silentLog: Log = { info: () => undefined, event: () => undefined, fault: () => undefined };

/** Terminal escapes and line breaks in foreign text must not pass for ours. */
export function printable(text: string): string {
  return text.slice(0, maxCharacters).replace(/\p{Cc}/gu, " ");
}

/** Long texts are cut, so that a line is always whole JSON of at most 2 KB. */
function jsonLine(fields: LogFields): string {
  const whole = safeJson(fields);
  if (Buffer.byteLength(whole) <= maxCharacters) return whole;
  let length = maxText;
  let line = whole;
  while (Buffer.byteLength(line) > maxCharacters && length > 0) {
    const cut = length;
    line = safeJson(Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, typeof value === "string" ? value.slice(0, key === "fault" ? cut * 3 : cut) : value])));
    length = Math.floor(length / 2);
  }
  return line;
}

/** JSON escapes only some of what a terminal acts on. */
function safeJson(fields: LogFields): string {
  return JSON.stringify(fields).replace(/[\u007f-\u009f\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function causes(fault: unknown): string {
  const texts: string[] = [];
  for (let cause = fault; cause !== undefined && texts.length < 5; cause = cause instanceof Error ? cause.cause : undefined) {
    texts.push(cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause));
  }
  return texts.join(" ← ");
}
