import path from "node:path";
import { chromium, type Browser, type Page } from "@playwright/test";
import { en } from "../components/i18n/en.ts";
import { zh } from "../components/i18n/zh.ts";
import { DemoServer, projectRoot } from "./demoServer.ts";
import { conversation, type RecordedConversation } from "./recorded.ts";

/**
 * Takes the pictures of docs/, in both languages and themes, on a desktop and on a phone: a real conversation with the embedded
 * model, and boxes on a picture, which a checkpoint of full size finds: their answer is recited from e2e/answers. Needs the
 * built page: `npm run build && npm run screenshots`.
 */

const languages = [
  { name: "en", locale: "en-US", texts: en, conversations: [conversation("turns"), conversation("two-which", "two-compare")] },
  { name: "zh", locale: "zh-CN", texts: zh, conversations: [conversation("chinese-count"), conversation("chinese-shape")] },
];
const themes = ["light", "dark"] as const;
const screens = [
  { name: "desktop", viewport: { width: 1280, height: 860 }, isMobile: false },
  { name: "phone", viewport: { width: 390, height: 844 }, isMobile: true },
];

interface Picture {
  url: string;
  language: (typeof languages)[number];
  theme: (typeof themes)[number];
  screen: (typeof screens)[number];
  scene: string;
  play: (page: Page, picture: Picture) => Promise<void>;
}

async function take(browser: Browser, picture: Picture): Promise<void> {
  const { viewport, isMobile, name } = picture.screen;
  const context = await browser.newContext({
    locale: picture.language.locale,
    colorScheme: picture.theme,
    viewport,
    isMobile,
    hasTouch: isMobile,
    deviceScaleFactor: 2,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto(picture.url, { waitUntil: "networkidle" });
  await picture.play(page, picture);
  await page.waitForLoadState("networkidle");
  const scene = picture.scene === "" ? "" : `-${picture.scene}`;
  await page.screenshot({ path: path.join(projectRoot, "docs", `${name}-${picture.theme}-${picture.language.name}${scene}.png`) });
  await context.close();
}

async function ask(page: Page, { files, text }: RecordedConversation["turns"][number], number: number): Promise<void> {
  if (files.length > 0) await page.locator("input[type=file]:not([hidden])").first().setInputFiles([...files]);
  await page.locator("#message-box").fill(text);
  await page.keyboard.press("Enter");
  await page.locator("[role=log] article[aria-busy=false]").nth(number).waitFor({ timeout: 60_000 });
}

async function converse(page: Page, { language }: Picture): Promise<void> {
  let number = 0;
  for (const turn of language.conversations.flatMap(({ turns }) => turns)) await ask(page, turn, number++);
}

/** The gallery's picture of a street, with what was found on it in the viewer. */
async function findThings(page: Page, { language: { texts } }: Picture): Promise<void> {
  const street = path.join(projectRoot, "public", "gallery", "street.png");
  await ask(page, { files: [street], text: texts.gallery.examples.detection.prompt, answer: "" }, 0);
  await page.locator("[role=log] article ul button:has(img)").first().click();
  await page.locator("#viewer, dialog[open]").getByRole("img").first().waitFor();
}

const scenes = [
  { name: "", options: {}, play: converse },
  { name: "boxes", options: { worker: path.join(import.meta.dirname, "recitingWorker.ts") }, play: findThings },
];

const chromiumPath = process.env.CHROMIUM_PATH;
const browser = await chromium.launch(chromiumPath ? { executablePath: chromiumPath } : {});
try {
  for (const { name: scene, options, play } of scenes) {
    await using server = await DemoServer.start(options);
    for (const language of languages) {
      for (const theme of themes) for (const screen of screens) await take(browser, { url: server.url, language, theme, screen, scene, play });
    }
  }
} finally {
  await browser.close();
}
