import { expect, test } from "./fixtures.ts";
import { drawing, PictureViewer } from "./pictureViewer.ts";

test("the embedded model's boxes come onto the picture by themselves, where its answer says", async ({ chat }) => {
  const viewer = new PictureViewer(chat.page);
  await chat.ask("Locate every shape and output the bbox coordinates in JSON format.", [drawing]);
  const answer = await chat.ended(1);
  await expect(viewer.stage).toBeVisible();
  const words = await chat.words(answer);
  const boxes = [...words.matchAll(/"bbox_2d": \[([\d, ]+)\]/g)].map((match) => (match[1] ?? "").split(",").map(Number));
  expect(boxes.length).toBeGreaterThan(0);
  await expect(viewer.rows).toHaveCount(boxes.length);
  for (const [index, box] of boxes.entries()) {
    const place = await viewer.place(await viewer.markOf(viewer.rows.nth(index)));
    for (const [side, value] of place.entries()) expect(Math.abs(value - (box[side] ?? 0))).toBeLessThanOrEqual(12);
  }
});
