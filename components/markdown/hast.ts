import type { Element, ElementContent } from "hast";

/** The words within a node. */
export function textOf(node: Element | ElementContent): string {
  if (node.type === "text") return node.value;
  if (node.type !== "element") return "";
  // A formula says what it is twice: for the eye and, in MathML, as it was written.
  if (node.tagName === "annotation") return node.children.map(textOf).join("");
  const written = isFormula(node) ? find(node, "annotation") : undefined;
  return written ? `$${textOf(written)}$` : node.tagName === "br" ? "\n" : node.children.map(textOf).join("");
}

export function elementsOf(node: Element | undefined, ...names: readonly string[]): Element[] {
  return node?.children.filter((child) => child.type === "element").filter(({ tagName }) => names.includes(tagName)) ?? [];
}

function isFormula({ properties }: Element): boolean {
  return Array.isArray(properties.className) && properties.className.includes("katex");
}

function find(node: Element, name: string): Element | undefined {
  for (const child of node.children) {
    if (child.type !== "element") continue;
    const found = child.tagName === name ? child : find(child, name);
    if (found) return found;
  }
  return undefined;
}
