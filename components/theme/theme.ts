export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** Read by app/beforeFirstPaint.ts before the first paint. */
export const themeCookie = "theme";

export function parseTheme(value: string | undefined): Theme {
  return themes.find((theme) => theme === value) ?? "system";
}

export function nextTheme(theme: Theme): Theme {
  return themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system";
}

/** The page's ground, for what the browser and the system draw around it; the same as --canvas. */
export const canvasColors = { light: "#faf9f7", dark: "#151514" };

/** The colour of the browser's own frame follows a theme that was chosen against the system's. */
export function colorFrame(theme: Theme): void {
  for (const meta of document.querySelectorAll<HTMLMetaElement>("meta[name='theme-color']")) {
    const scheme = theme === "system" ? (meta.media.includes("dark") ? "dark" : "light") : theme;
    meta.content = canvasColors[scheme];
  }
}
