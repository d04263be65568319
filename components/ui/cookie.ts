/** Keeps a preference for a year where the server reads it too, so that the first paint is already right. */
export function remember(name: string, value: string): void {
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=lax`;
}
