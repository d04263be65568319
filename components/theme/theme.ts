export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** Read by public/preferences.js before the first paint. */
export const themeCookie = "theme";

export function parseTheme(value: string | undefined): Theme {
  return themes.find((theme) => theme === value) ?? "system";
}

export function nextTheme(theme: Theme): Theme {
  return themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system";
}
