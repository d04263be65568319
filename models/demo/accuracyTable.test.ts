import { expect, test } from "vitest";
import { accuracyTable, replaceAccuracy } from "./accuracyTable.ts";

const tallies = new Map([
  ["color", { right: 2, asked: 7 }],
  ["clip", { right: 4, asked: 7 }],
]);

test("kinds keep their order and the last row adds them up", () => {
  const rows = accuracyTable(tallies).split("\n").slice(2);
  expect(rows).toEqual(["| color | 2 | 7 |", "| clip | 4 | 7 |", "| all | 6 | 14 |"]);
});

test("only what stands between the markers is replaced, however often", () => {
  const card = "# Card\n\n<!-- accuracy -->\n\nold\n\n<!-- /accuracy -->\n\nMore.\n";
  const once = replaceAccuracy(card, "new");
  expect(once).toBe("# Card\n\n<!-- accuracy -->\n\nnew\n\n<!-- /accuracy -->\n\nMore.\n");
  expect(replaceAccuracy(once, "new")).toBe(once);
  expect(() => replaceAccuracy("# Card", "new")).toThrow("no place");
});
