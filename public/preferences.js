// Before the first paint: the theme that was chosen, and the language of the page (next.config.js chooses it in the same way).
(() => {
  const root = document.documentElement;
  const cookie = (name) => document.cookie.match(new RegExp(`(?:^|; )${name}=([a-z]+)`))?.[1];
  const theme = cookie("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  const language = cookie("language") ?? navigator.language;
  root.lang = language.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
})();
