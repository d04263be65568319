const key = "thinking-open";

/** Whether the reader last left a fold open; closed where nothing is remembered. */
export function readFold(): boolean {
  try {
    return localStorage.getItem(key) === "true";
  } catch {
    return false;
  }
}

export function writeFold(open: boolean): void {
  try {
    localStorage.setItem(key, String(open));
  } catch {
    // A browser that keeps nothing still shows the thoughts.
  }
}
