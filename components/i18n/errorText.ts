import type { ErrorParams } from "../../inference/errors.ts";
import type { HttpErrorCode } from "../../server/protocol.ts";
import type { Messages } from "./en.ts";
import { formatBytes, formatCount, formatSeconds } from "./format.ts";
import type { Locale } from "./locale.ts";

/** Known to the page alone: there was no answer at all, and files that it opens itself. */
export const pageOnlyCodes = ["network", "pdf_password", "pdf_corrupt", "frames_differ"] as const;
/** What the server reports, or what the page finds. */
export type PageErrorCode = HttpErrorCode | (typeof pageOnlyCodes)[number];
export interface PageError {
  code: PageErrorCode;
  params: ErrorParams;
}

export interface ErrorText {
  /** What happened, to what. */
  cause: string;
  /** What the reader can do. */
  action: string;
}

type Translate = (key: "someFile" | `errors.${PageErrorCode}.${keyof Messages["errors"]["internal"]}`, values: Record<string, string>) => string;

const secondsParams = new Set(["seconds", "start", "end", "duration"]);
/** Written as ` (HEIC)` behind the noun, or left out where the server doesn't know. */
const optionalParams = ["format", "codec", "model_type", "model", "models", "detail"] as const;
const requiredParams = ["width", "height", "limit", "bytes", "frames", "tokens", "megapixels", "file", "seconds", "start", "end", "duration", "needed", "available", "host"] as const;

/** The only place where an error becomes words: its code chooses the text, its params are written as the reader writes figures. */
export function errorText(translate: Translate, locale: Locale, error: PageError): ErrorText {
  const values = readableParams(locale, error, translate("someFile", {}));
  return { cause: translate(`errors.${error.code}.cause`, values), action: translate(`errors.${error.code}.action`, values) };
}

function readableParams(locale: Locale, { code, params }: PageError, unnamed: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of requiredParams) {
    const value = params[name];
    values[name] = value === undefined ? "?" : readable(locale, { code, name, value });
  }
  values.name = params.name === undefined || params.name === "" ? unnamed : `“${params.name}”`;
  for (const name of optionalParams) {
    const value = params[name];
    values[name] = value === undefined || value === "" ? "" : ` (${value})`;
  }
  return values;
}

function readable(locale: Locale, { code, name, value }: { code: PageErrorCode; name: string; value: string | number }): string {
  if (typeof value === "string") return value;
  const isBytes = name === "bytes" || (name === "limit" && code === "media_too_large");
  if (isBytes) return formatBytes(locale, value);
  const isSeconds = secondsParams.has(name) || (name === "limit" && code === "video_too_long");
  return isSeconds ? formatSeconds(locale, value) : formatCount(locale, value);
}
