interface Node {
  type: string;
  value?: string;
  children?: Node[];
}

/** Raw HTML is shown as text, but models write `<br>` in table cells for a line break: that one is made one. */
export function remarkLineBreaks() {
  return (tree: Node): void => replace(tree);
}

function replace(node: Node): void {
  for (const child of node.children ?? []) {
    if (child.type === "html" && /^<br\s*\/?>$/i.test(child.value ?? "")) {
      child.type = "break";
      delete child.value;
    } else {
      replace(child);
    }
  }
}
