import DOMPurify from "dompurify";
import katex from "katex";
import { normalizeMath } from "../markdown/math.ts";
import type { Box, PageDocument } from "../results/types.ts";
import { isPictured, kindOf } from "./kinds.ts";
import { withPartIds } from "./pageParts.ts";

/** A part of the page's picture as a data URL; undefined where there is none. */
export type CropPart = (part: string, box: Box) => string | undefined;

/**
 * A page that was turned into HTML as it may be read: nothing that runs or asks for anything, its pictures cut from the picture
 * of the page, its formulas as MathML. It is shown in the sandboxed frame nevertheless.
 * @param unnamed what a picture is called that the page does not describe
 */
export function cleanHtml(document: PageDocument, crop: CropPart, unnamed: string): string {
  const clean = DOMPurify.sanitize(withPartIds(document), {
    FORBID_TAGS: ["style", "form", "input", "button", "select", "textarea", "audio", "video", "source", "picture"],
    FORBID_ATTR: ["style", "srcset", "href", "action", "background", "bgcolor", "color"],
  });
  const { body } = new DOMParser().parseFromString(clean, "text/html");
  const boxes = new Map(document.parts.map(({ id, box }) => [id, box]));
  const boxOf = (element: Element): { id: string; box: Box } | undefined => {
    const id = element.closest("[data-part]")?.getAttribute("data-part") ?? "";
    const box = boxes.get(id);
    return box && { id, box };
  };
  placePictures(body, boxOf, crop, unnamed);
  drawFormulas(body);
  for (const element of body.querySelectorAll("[data-bbox], [data-polygon]")) {
    element.removeAttribute("data-bbox");
    element.removeAttribute("data-polygon");
  }
  return `<!doctype html><html><head><style>${style}</style></head><body>${body.innerHTML}</body></html>`;
}

/** What should be a picture is cut from the page; a formula that was read needs none. */
function placePictures(body: HTMLElement, boxOf: (element: Element) => { id: string; box: Box } | undefined, crop: CropPart, unnamed: string): void {
  const named = [...body.querySelectorAll<HTMLElement>("[data-part]")].filter(({ className, tagName }) => tagName !== "IMG" && isPictured(kindOf(className)));
  for (const element of named) {
    // Words that were read in it follow below.
    if (element.querySelector("img") === null) element.prepend(element.ownerDocument.createElement("img"));
  }
  for (const image of body.querySelectorAll("img")) {
    const part = boxOf(image);
    const holder = image.closest("[data-part]:not(img)");
    const isRead = holder !== null && kindOf(holder.className) === "formula" && holder.textContent.trim() !== "";
    const url = part && !isRead ? crop(part.id, part.box) : undefined;
    if (url === undefined) image.remove();
    else {
      image.setAttribute("src", url);
      if (image.alt === "") image.alt = unnamed;
      image.removeAttribute("width");
      image.removeAttribute("height");
    }
  }
}

function drawFormulas(body: HTMLElement): void {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node instanceof Text && node.data.trim() !== "" && (/[$\\]/.test(node.data) || isInFormula(node)) && !node.parentElement?.closest("pre, code")) texts.push(node);
  }
  for (const text of texts) {
    const source = isInFormula(text) && !/\$|\\[([]/.test(text.data) ? `$$${text.data.trim()}$$` : normalizeMath(text.data);
    const pieces = source.split(/\$\$([\s\S]+?)\$\$/);
    if (pieces.length === 1) continue;
    text.replaceWith(...pieces.map((piece, index) => (index % 2 === 0 ? body.ownerDocument.createTextNode(piece) : formula(piece, body.ownerDocument))));
  }
}

function isInFormula(text: Text): boolean {
  return kindOf(text.parentElement?.closest("[class]")?.className ?? "") === "formula";
}

function formula(source: string, owner: Document): Element {
  const holder = owner.createElement("span");
  holder.innerHTML = katex.renderToString(source.trim(), { output: "mathml", displayMode: source.includes("\n"), throwOnError: false, trust: false, strict: false, maxExpand: 200, maxSize: 20 });
  return holder;
}

const style = `
html { background: #fff; color: #1c1b19; color-scheme: light; }
body { font: 16px/1.6 system-ui, sans-serif; margin: 0 auto; max-width: 52rem; overflow-wrap: anywhere; padding: 1.5rem; }
h1, h2, h3, h4, h5, h6 { line-height: 1.3; margin: 1.2em 0 0.5em; }
p, ul, ol, table, figure, pre { margin: 0.8em 0; }
img { display: block; max-width: 100%; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border: 1px solid #d5d1c8; padding: 0.35em 0.7em; text-align: left; vertical-align: top; }
th { background: #f2f0ec; }
pre { background: #f2f0ec; border-radius: 0.4rem; overflow-x: auto; padding: 0.8em; white-space: pre-wrap; }
math { max-width: 100%; overflow-x: auto; }
[data-part] { border-radius: 0.25rem; transition: background-color 0.12s; }
[data-part][data-lit] { background: #d5ece3; box-shadow: 0 0 0 0.2rem #d5ece3; }
img[data-lit], [data-lit] > img { outline: 3px solid #1c6b56; }
`;
