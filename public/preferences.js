// Before the first paint: how the page was arranged, the theme that was chosen, and the language of the page (next.config.js chooses it in the same way).
(() => {
  const root = document.documentElement;
  const cookie = (name) => document.cookie.match(new RegExp(`(?:^|; )${name}=([a-z0-9]+)`))?.[1];
  const theme = cookie("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  for (const name of ["history", "viewer"]) {
    const value = cookie(name);
    if (value) root.dataset[name] = value;
  }
  const language = cookie("language") ?? navigator.language;
  root.lang = language.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
})();
