const allowed = new Set(["http:", "https:", "mailto:"]);

/** The address as it may be linked, or undefined: absolute, and http, https or mailto. */
export function safeUrl(address: unknown): string | undefined {
  if (typeof address !== "string") return undefined;
  try {
    const url = new URL(address);
    return allowed.has(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}
