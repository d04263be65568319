interface Node {
  type: string;
  value?: string;
  children?: Node[];
}

/**
 * Raw HTML is shown as text, but models write `<br>` in table cells for a line break: that one is made one. Comments, in which
 * they write where the parts of a page lie, are not shown.
 */
export function remarkLineBreaks() {
  return (tree: Node): void => replace(tree);
}

function replace(node: Node): void {
  for (const child of node.children ?? []) {
    if (child.type === "html" && /^<br\s*\/?>$/i.test(child.value ?? "")) {
      child.type = "break";
      delete child.value;
    } else if (child.type === "html" && /^\s*<!--[\s\S]*-->\s*$/.test(child.value ?? "")) {
      child.type = "text";
      child.value = "";
    } else {
      replace(child);
    }
  }
}
