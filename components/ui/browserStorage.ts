/** The browser's storage that answers at once. Absent on the server, and forbidden in some private windows. */
export function browserStorage(): Storage | undefined {
  try {
    return typeof window === "undefined" ? undefined : window.localStorage;
  } catch {
    return undefined;
  }
}
