import { expect, test } from "./fixtures.ts";
import { recorded } from "./recorded.ts";

/** What the page answers is, word for word, what the Python reference answers for the same files. */

for (const { name, turns } of recorded) {
  test(`${name}: dropped on the page, it is answered as by the reference`, async ({ chat }) => {
    for (const [index, { files, text, answer }] of turns.entries()) {
      await chat.ask(text, files, "drop");
      const article = await chat.ended(index + 1);
      expect(await chat.words(article)).toBe(answer);
    }
    await expect(chat.alerts).toHaveCount(0);
  });
}
