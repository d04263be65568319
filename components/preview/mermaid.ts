/** Diagrams are drawn by Mermaid, which is large: it comes when the first one is looked at. */

/** What a diagram may not change of its own drawing. */
const secure = ["secure", "securityLevel", "startOnLoad", "maxTextSize", "suppressErrorRendering", "maxEdges", "htmlLabels", "flowchart", "class", "state", "themeCSS", "fontFamily", "altFontFamily", "dompurifyConfig"];

/**
 * A diagram as SVG. Mermaid takes text for data ("strict": no clicks), and its labels are text, not HTML: for measuring, it puts
 * them on our page. Its drawing is shown in the sandboxed frame nevertheless.
 * @param id of an element that is not on the page; Mermaid measures the text of its labels in it.
 * @throws Error with what is wrong in the source.
 */
export async function drawMermaid(id: string, source: string, dark: boolean): Promise<string> {
  const { default: mermaid } = await import("mermaid");
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    secure,
    htmlLabels: false,
    suppressErrorRendering: true,
    look: "classic",
    theme: dark ? "dark" : "neutral",
    fontFamily: "system-ui, sans-serif",
  });
  const { svg } = await mermaid.render(id, source);
  return svg;
}
