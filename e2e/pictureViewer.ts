import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Locator, Page } from "@playwright/test";
import { mediaFolder } from "./recorded.ts";

/** A drawing of a red diamond and a brown square. */
export const drawing = path.join(mediaFolder, "describe.png");

/** The viewer of a picture and what is in it, by roles and names. */
export class PictureViewer {
  readonly page: Page;
  readonly root: Locator;
  readonly stage: Locator;
  readonly rows: Locator;

  constructor(page: Page) {
    this.page = page;
    this.root = page.getByRole("complementary", { name: "Viewer" });
    this.stage = this.root.getByRole("group", { name: /^Picture / });
    this.rows = this.root.getByRole("region", { name: "Marks" }).locator("tbody").getByRole("row");
  }

  shape(index: number): Locator {
    return this.stage.locator("svg g[data-mark]").nth(index);
  }

  row(name: string): Locator {
    return this.rows.filter({ has: this.page.getByRole("button", { name, exact: true }) });
  }

  /** The mark of a row on the picture. */
  async markOf(row: Locator): Promise<Locator> {
    return this.stage.locator(`svg g[data-mark="${await row.getAttribute("data-mark")}"] rect`).first();
  }

  /** Where an element lies on the picture, in thousandths of its sides. */
  async place(mark: Locator): Promise<number[]> {
    const picture = await this.stage.getByRole("img").boundingBox();
    const box = await mark.boundingBox();
    if (!picture || !box) throw new Error("Nothing is shown.");
    const across = (x: number) => Math.round(((x - picture.x) / picture.width) * 1000);
    const down = (y: number) => Math.round(((y - picture.y) / picture.height) * 1000);
    return [across(box.x), down(box.y), across(box.x + box.width), down(box.y + box.height)];
  }

  async download(entry: string): Promise<Buffer> {
    await this.root.getByRole("button", { name: "Download", exact: true }).click();
    const begun = this.page.waitForEvent("download");
    await this.root.getByRole("button", { name: entry }).click();
    return readFile(await (await begun).path());
  }
}
