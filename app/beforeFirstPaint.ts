/**
 * Part of every page as a script of its own, which runs before the first paint: how the page was arranged, the theme that was
 * chosen, whether there may be a conversation to show, and the language of the page (next.config.js chooses it in the same way).
 * It is written into the page as it stands here, so it names nothing outside of itself.
 */
export function beforeFirstPaint(): void {
  const root = document.documentElement;
  const cookie = (name: string) => new RegExp(`(?:^|; )${name}=([a-z0-9]+)`).exec(document.cookie)?.[1];
  const theme = cookie("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  for (const name of ["history", "viewer"]) {
    const value = cookie(name);
    if (value) root.dataset[name] = value;
  }
  const account = cookie("qwen3vl_account");
  const place = account === undefined ? "conversation" : `conversation-${account}`;
  try {
    if (localStorage.getItem(place) !== null) root.dataset.visited = "";
  } catch {
    // A browser that keeps nothing has nothing to show.
  }
  const language = cookie("language") ?? navigator.language;
  root.lang = language.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}
