import type { Asked } from "./accounts.ts";
import { createHash } from "node:crypto";
import { loginTexts, type LoginLocale } from "./loginTexts.ts";

export interface LoginPageParts {
  locale: LoginLocale;
  theme: "system" | "light" | "dark";
  /** A name and a password, or an access key alone. */
  asked: Asked;
  /** A path of ours to go to afterwards. */
  next: string;
  /** As it was typed before. */
  name: string;
  error: string | undefined;
}

/** The colours of app/globals.css, which itself is not to be had without a login. */
const style = `
:root { color-scheme: light dark; --canvas: light-dark(#faf9f7, #151514); --surface: light-dark(#ffffff, #1e1e1c); --line: light-dark(#e4e1da, #363532);
  --line-strong: light-dark(#8f8b82, #77746c); --ink: light-dark(#1c1b19, #edebe5); --muted: light-dark(#65625b, #a8a59c); --accent: light-dark(#1c6b56, #74cfb3);
  --accent-strong: light-dark(#14513f, #93e0c8); --on-accent: light-dark(#ffffff, #0c211a); --danger: light-dark(#a8321f, #ffb3a4); --danger-soft: light-dark(#fbefec, #352220); }
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
* { box-sizing: border-box; margin: 0; }
body { min-height: 100dvh; display: grid; grid-template-rows: 1fr auto; background: var(--canvas); color: var(--ink); line-height: 1.5;
  font-family: system-ui, -apple-system, "Segoe UI", "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; -webkit-text-size-adjust: 100%; }
main { align-self: center; justify-self: center; width: min(24rem, 100%); padding: 2rem 1rem; }
.brand { display: flex; align-items: center; justify-content: center; gap: .625rem; margin-bottom: 1.5rem; font-weight: 600; }
.brand svg { width: 1.75rem; height: 1.75rem; }
.brand .suffix { font-weight: 400; color: var(--muted); }
form { display: grid; gap: 1rem; padding: 1.5rem; border: 1px solid var(--line); border-radius: 1.5rem; background: var(--surface); }
h1 { font-size: 1.25rem; font-weight: 600; }
label { display: grid; gap: .375rem; font-size: .875rem; font-weight: 500; }
input { width: 100%; min-height: 2.75rem; padding: 0 .75rem; border: 1px solid var(--line-strong); border-radius: .75rem; background: var(--canvas); color: inherit; font: inherit; font-size: 1rem; font-weight: 400; }
button { min-height: 2.75rem; border: 0; border-radius: 999px; background: var(--accent); color: var(--on-accent); font: inherit; font-size: .9375rem; font-weight: 500; cursor: pointer; }
button:hover { background: var(--accent-strong); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.error { padding: .625rem .875rem; border-radius: .75rem; background: var(--danger-soft); color: var(--danger); font-size: .875rem; }
footer { padding: 0 1rem max(1rem, env(safe-area-inset-bottom)); text-align: center; }
footer a { display: inline-flex; align-items: center; min-height: 2.75rem; padding: 0 1rem; border-radius: 999px; color: var(--muted); font-size: .875rem; text-decoration: none; }
footer a:hover { color: var(--ink); text-decoration: underline; }
`;

/** No scripts, no files but the icon, nowhere else to send a password. */
export const loginContentPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const names: Record<LoginLocale, { tag: string; own: string; suffix: string }> = {
  en: { tag: "en", own: "English", suffix: "web demo" },
  zh: { tag: "zh-CN", own: "中文", suffix: "网页演示" },
};
const canvas = { light: "#faf9f7", dark: "#151514" };
const mark = `<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="9" fill="var(--accent)"/><path d="M5.5 16C8.2 11.2 11.8 8.8 16 8.8s7.8 2.4 10.5 7.2c-2.7 4.8-6.3 7.2-10.5 7.2S8.2 20.8 5.5 16Z" fill="none" stroke="var(--on-accent)" stroke-width="2.2" stroke-linejoin="round"/><rect x="12.8" y="12.8" width="6.4" height="6.4" rx="1.7" fill="var(--on-accent)"/></svg>`;

/** The login page, whole: HTML with its own styles. */
export function loginPage({ locale, theme, asked, next, name, error }: LoginPageParts): string {
  const login = loginTexts[locale];
  const other = locale === "en" ? "zh" : "en";
  const { tag, own } = names[other];
  const switchTo = `/login?${new URLSearchParams({ language: other, next })}`;
  const field = (label: string, attributes: string): string => `<label>${escape(label)}<input required ${attributes}></label>`;
  const wrong = error === undefined ? "" : ' aria-invalid="true" aria-describedby="error"';
  const fields = asked === "name"
    ? [
        field(login.name, `name="name" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="64" value="${escape(name)}"${wrong}${name === "" ? " autofocus" : ""}`),
        field(login.password, `name="password" type="password" autocomplete="current-password"${wrong}${name === "" ? "" : " autofocus"}`),
      ]
    : [field(asked === "key" ? login.key : login.password, `name="password" type="password" autocomplete="current-password"${wrong} autofocus`)];
  const colors = theme === "system" ? (["light", "dark"] as const) : [theme];
  const frame = colors.map((scheme) => `<meta name="theme-color"${theme === "system" ? ` media="(prefers-color-scheme: ${scheme})"` : ""} content="${canvas[scheme]}">`);
  return `<!doctype html>
<html lang="${names[locale].tag}" data-theme="${theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="robots" content="noindex">
<!-- Without a referrer, a browser would not say that the form is ours either. -->
<meta name="referrer" content="same-origin">
<link rel="icon" href="/icon.svg">
<title>${escape(login.title)} · Qwen3-VL</title>
${frame.join("\n")}
<style>${style}</style>
</head>
<body>
<main>
<p class="brand">${mark}<span>Qwen3-VL <span class="suffix">${names[locale].suffix}</span></span></p>
<form method="post" action="/login">
<h1>${escape(login.title)}</h1>
${error === undefined ? "" : `<p class="error" id="error" role="alert">${escape(error)}</p>`}
${fields.join("\n")}
<input type="hidden" name="next" value="${escape(next)}">
<button>${escape(login.submit)}</button>
</form>
</main>
<footer><a href="${escape(switchTo)}" lang="${tag}" hreflang="${tag}">${own}</a></footer>
</body>
</html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
