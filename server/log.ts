import { inspect } from "node:util";

/** The console. People read `info`; faults are one JSON line each. Never a prompt, a medium, a name or a key. */
export interface Log {
  info(text: string): void;
  /** `details` are figures that help to find the cause; `fault` is thrown and kept with its causes. */
  fault(event: string, fault: unknown, details?: Record<string, string | number>): void;
}

const maxCharacters = 2000;

export function consoleLog(streams: { out: NodeJS.WritableStream; err: NodeJS.WritableStream }): Log {
  return {
    info: (text) => void streams.out.write(`${printable(text)}\n`),
    fault: (event, fault, details = {}) => {
      const line = JSON.stringify({ time: new Date().toISOString(), event, ...details, fault: causes(fault) });
      streams.err.write(`${line.length > maxCharacters ? JSON.stringify({ event, fault: causes(fault).slice(0, maxCharacters / 2) }) : line}\n`);
    },
  };
}

/** For tests that are not about the log. */
export const silentLog: Log = { info: () => undefined, fault: () => undefined };

/** Terminal escapes and line breaks in foreign text must not pass for ours. */
export function printable(text: string): string {
  return text.slice(0, maxCharacters).replace(/\p{Cc}/gu, " ");
}

function causes(fault: unknown): string {
  const texts: string[] = [];
  for (let cause = fault; cause !== undefined && texts.length < 5; cause = cause instanceof Error ? cause.cause : undefined) {
    texts.push(cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause));
  }
  return texts.join(" ← ");
}
