/** Diagrams are drawn by Mermaid, which is large: it comes when the first one is looked at. */

/**
 * A diagram as SVG. Mermaid takes text for data ("strict": no HTML in labels, no clicks); its drawing is shown in the sandboxed
 * frame nevertheless.
 * @param id of an element that is not on the page; Mermaid measures the text of its labels in it.
 * @throws Error with what is wrong in the source.
 */
export async function drawMermaid(id: string, source: string, dark: boolean): Promise<string> {
  const { default: mermaid } = await import("mermaid");
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict", suppressErrorRendering: true, look: "classic", theme: dark ? "dark" : "neutral", fontFamily: "system-ui, sans-serif" });
  const { svg } = await mermaid.render(id, source);
  return svg;
}
