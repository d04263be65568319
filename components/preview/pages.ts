import type { Preview } from "../results/types.ts";

/** What the sandboxed frame gets for each kind of preview: a whole page of HTML. */

/** What is written of a page, without the script or style that is not whole yet. */
export function draftOf(html: string): string {
  const open = Math.max(lastOpen(html, "script"), lastOpen(html, "style"));
  const text = open < 0 ? html : html.slice(0, open);
  const tag = text.lastIndexOf("<");
  return tag > text.lastIndexOf(">") ? text.slice(0, tag) : text;
}

function lastOpen(html: string, name: string): number {
  const lower = html.toLowerCase();
  const open = lower.lastIndexOf(`<${name}`);
  return open > lower.lastIndexOf(`</${name}`) ? open : -1;
}

/** A drawing in the middle of a page, as large as it fits. */
export function drawingPage(svg: string, dark: boolean): string {
  return `<!doctype html><html><head><style>
    html { color-scheme: ${dark ? "dark" : "light"}; background: ${dark ? "#1e1e1c" : "#ffffff"}; }
    body { align-items: center; box-sizing: border-box; display: flex; justify-content: center; margin: 0; min-height: 100vh; padding: 16px; }
    svg { height: auto; max-height: calc(100vh - 32px); max-width: 100%; }
    svg:not([width]) { width: 100%; }
  </style></head><body>${svg}</body></html>`;
}

/** A drawing that is still being written, made whole: DOM parsers close what is open. */
export function draftDrawing(svg: string): string {
  const tag = svg.lastIndexOf("<");
  return tag > svg.lastIndexOf(">") ? svg.slice(0, tag) : svg;
}

const endings: Record<Preview["language"], { name: string; type: string }> = {
  html: { name: "page.html", type: "text/html" },
  svg: { name: "drawing.svg", type: "image/svg+xml" },
  mermaid: { name: "diagram.mmd", type: "text/plain" },
};

/** The file that a preview is saved as. */
export function fileOf(language: Preview["language"]): { name: string; type: string } {
  return endings[language];
}
