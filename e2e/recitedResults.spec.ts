import path from "node:path";
import sharp from "sharp";
import { expect, test } from "./fixtures.ts";
import { drawing, PictureViewer } from "./pictureViewer.ts";

/** Forms of answers that the embedded model does not write, and marks that lie where the shapes of the drawing are. */
test.use({ serverOptions: { worker: path.join(import.meta.dirname, "recitingWorker.ts") } });

test("marks lie on the shapes of the drawing; rows, marks and the answer light up together; classes can be hidden", async ({ chat }) => {
  const viewer = new PictureViewer(chat.page);
  await chat.ask("recite picture-boxes", [drawing]);
  const answer = await chat.ended(1);
  await expect(answer.getByRole("button", { name: /2 boxes in 2 classes, 1 point/ })).toBeVisible();
  await expect(viewer.rows).toHaveCount(3);
  await expect(viewer.row("diamond")).toContainText("red");

  // The middle of each mark has the colour that the answer names.
  const { data, info } = await sharp(drawing).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const colors: Readonly<Record<string, (red: number, green: number, blue: number) => boolean>> = {
    diamond: (red, green, blue) => red > 180 && green < 80 && blue < 80,
    square: (red, green, blue) => red > 90 && red < 160 && green < 100 && blue < 70,
  };
  for (const [name, matches] of Object.entries(colors)) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = await viewer.place(await viewer.markOf(viewer.row(name)));
    const at = (Math.round(((y1 + y2) / 2000) * info.height) * info.width + Math.round(((x1 + x2) / 2000) * info.width)) * info.channels;
    expect(matches(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0), name).toBe(true);
  }

  await viewer.row("square").hover();
  const id = await viewer.row("square").getAttribute("data-mark");
  await expect(viewer.stage.locator(`[data-pointed="${id}"]`)).toBeAttached();
  await expect(answer.locator(`tr[data-mark="${id}"]`)).toHaveAttribute("data-lit", "true");
  await answer.locator("tbody tr").first().hover();
  await expect(viewer.row("diamond")).toHaveAttribute("data-lit", "true");
  await (await viewer.markOf(viewer.row("square"))).hover();
  await expect(viewer.row("square")).toHaveAttribute("data-lit", "true");

  const toggle = viewer.root.getByRole("group", { name: "Classes" }).getByRole("button", { name: /square/ });
  await toggle.click();
  await expect(toggle).toHaveAttribute("aria-pressed", "false");
  await expect(viewer.rows).toHaveCount(2);
  await expect(viewer.stage.locator("svg g[data-mark]")).toHaveCount(1);
});

test("marks are downloaded as a picture and as COCO", async ({ chat }) => {
  const viewer = new PictureViewer(chat.page);
  await chat.ask("recite picture-boxes", [drawing]);
  await chat.ended(1);
  const { width, height } = await sharp(drawing).metadata();
  const picture = await sharp(await viewer.download("Picture with its marks (PNG)")).metadata();
  expect([picture.format, picture.width, picture.height]).toEqual(["png", width, height]);
  const coco: unknown = JSON.parse((await viewer.download("Marks (COCO)")).toString());
  expect(coco).toMatchObject({ images: [{ file_name: "describe.png", width, height }], annotations: [{ category_id: 1 }, { category_id: 2 }, { num_keypoints: 1 }] });
});

test("zoom and pan by keyboard, and a part becomes an attachment", async ({ chat }) => {
  const viewer = new PictureViewer(chat.page);
  await chat.ask("recite picture-boxes", [drawing]);
  await chat.ended(1);
  const width = async () => (await viewer.stage.getByRole("img").boundingBox())?.width ?? 0;
  const before = await width();
  await viewer.stage.focus();
  await chat.page.keyboard.press("+");
  await expect.poll(width).toBeCloseTo(before * 1.25, 0);
  await chat.page.keyboard.press("0");
  await expect.poll(width).toBeCloseTo(before, 0);
  await viewer.root.getByRole("button", { name: "Ask about a part of the picture" }).click();
  const image = await viewer.stage.getByRole("img").boundingBox();
  if (!image) throw new Error("No picture is shown.");
  await chat.page.mouse.move(image.x + image.width * 0.2, image.y + image.height * 0.2);
  await chat.page.mouse.down();
  await chat.page.mouse.move(image.x + image.width * 0.7, image.y + image.height * 0.7, { steps: 4 });
  await chat.page.mouse.up();
  await viewer.root.getByRole("button", { name: "Attach this part" }).click();
  await expect(chat.removal("describe-part.png")).toBeVisible();
});

test("spotted text can be selected and copied as it is read", async ({ chat }) => {
  const viewer = new PictureViewer(chat.page);
  await chat.ask("recite picture-text", [drawing]);
  await chat.ended(1);
  await expect(viewer.stage.locator("text")).toHaveText(["second line", "FIRST LINE"]);
  await viewer.root.getByRole("button", { name: "Copy all text in reading order" }).click();
  await expect.poll(() => chat.page.evaluate(() => navigator.clipboard.readText())).toBe("FIRST LINE\nsecond line");
});

test("boxes in space are drawn with twelve edges and from above; what is behind the camera is not", async ({ chat }) => {
  const viewer = new PictureViewer(chat.page);
  await chat.ask("recite picture-space", [drawing]);
  await chat.ended(1);
  await expect(viewer.stage.locator("svg g[data-mark]")).toHaveCount(1);
  const lines = viewer.shape(0).locator("path").first();
  expect((await lines.getAttribute("d"))?.match(/M/g)).toHaveLength(12);
  await expect(viewer.root.getByRole("img", { name: /Top view of 2 boxes/ })).toBeVisible();
  const before = await lines.getAttribute("d");
  await viewer.root.getByRole("spinbutton", { name: "fx" }).fill("100");
  await expect(lines).not.toHaveAttribute("d", before ?? "");
});
