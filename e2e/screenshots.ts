import path from "node:path";
import { chromium, type Browser } from "@playwright/test";
import { DemoServer, projectRoot } from "./demoServer.ts";
import { conversation, type RecordedConversation } from "./recorded.ts";

/**
 * Takes the pictures of docs/: a real conversation with the embedded model, in both languages and themes, on a desktop and on a
 * phone. Needs the built page: `npm run build && npm run screenshots`.
 */

const languages = [
  { name: "en", locale: "en-US", conversations: [conversation("turns"), conversation("two-which", "two-compare")] },
  { name: "zh", locale: "zh-CN", conversations: [conversation("chinese-count"), conversation("chinese-shape")] },
];
const themes = ["light", "dark"] as const;
const screens = [
  { name: "desktop", viewport: { width: 1280, height: 860 }, isMobile: false },
  { name: "phone", viewport: { width: 390, height: 844 }, isMobile: true },
];

interface Picture {
  url: string;
  locale: string;
  theme: (typeof themes)[number];
  screen: (typeof screens)[number];
  conversations: readonly RecordedConversation[];
  file: string;
}

async function take(browser: Browser, picture: Picture): Promise<void> {
  const { viewport, isMobile } = picture.screen;
  const context = await browser.newContext({
    locale: picture.locale,
    colorScheme: picture.theme,
    viewport,
    isMobile,
    deviceScaleFactor: 2,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto(picture.url, { waitUntil: "networkidle" });
  let number = 0;
  for (const { files, text } of picture.conversations.flatMap(({ turns }) => turns)) {
    if (files.length > 0) await page.locator("input[type=file]").setInputFiles([...files]);
    await page.getByRole("textbox").fill(text);
    await page.keyboard.press("Enter");
    number += 1;
    await page.locator("[role=log] article[aria-busy=false]").nth(number - 1).waitFor({ timeout: 60_000 });
  }
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: picture.file });
  await context.close();
}

await using server = await DemoServer.start();
const chromiumPath = process.env.CHROMIUM_PATH;
const browser = await chromium.launch(chromiumPath ? { executablePath: chromiumPath } : {});
try {
  for (const { name: language, locale, conversations } of languages) {
    for (const theme of themes) {
      for (const screen of screens) {
        const file = path.join(projectRoot, "docs", `${screen.name}-${theme}-${language}.png`);
        await take(browser, { url: server.url, locale, theme, screen, conversations, file });
      }
    }
  }
} finally {
  await browser.close();
}
