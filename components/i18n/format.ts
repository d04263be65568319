import type { Locale } from "./locale.ts";

/** Figures as the reader writes them. Pure, so that each can be tested by itself. */

export function formatCount(locale: Locale, count: number): string {
  return new Intl.NumberFormat(locale).format(count);
}

export function formatPercent(locale: Locale, fraction: number): string {
  return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(fraction);
}

const byteUnits = ["B", "KB", "MB", "GB"] as const;

/** In powers of 1024, as file managers count, with at most one decimal below 10. */
export function formatBytes(locale: Locale, bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), byteUnits.length - 1);
  const value = bytes / 1024 ** power;
  const digits = power > 0 && value < 10 ? 1 : 0;
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)} ${byteUnits[power] ?? "B"}`;
}

/** "4.2 s" below a minute, "1:05" and "1:00:05" above. */
export function formatSeconds(locale: Locale, seconds: number): string {
  if (seconds < 59.95) {
    const value = new Intl.NumberFormat(locale, { maximumFractionDigits: seconds < 10 ? 1 : 0 }).format(seconds);
    return `${value} s`;
  }
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** "340 ms" below a second, else as `formatSeconds`. */
export function formatMilliseconds(locale: Locale, milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : formatSeconds(locale, milliseconds / 1000);
}

/** Tokens a second: one decimal while it is small enough to matter. */
export function formatRate(locale: Locale, rate: number): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: rate < 10 ? 1 : 0 }).format(rate);
}

/** A model's size: "11 M", "2.1 B". */
export function formatParameters(locale: Locale, parameters: number): string {
  const [value, unit] = parameters >= 1e9 ? [parameters / 1e9, "B"] : [parameters / 1e6, "M"];
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)} ${unit}`;
}
