import { speedRow, takeTurns } from "../contest.ts";
import type { Options } from "../options.ts";
import type { Programs } from "../programs.ts";
import type { Row } from "../row.ts";

/** The vision tower over one picture, side by side with transformers. Its matrices are the same in both dtypes. */
export async function measureVision(programs: Programs, { rounds, tiny }: Options): Promise<Row[]> {
  const ours = [{ name: "int4", process: await programs.ours("vision", "int4") }];
  const transformers = await programs.transformers("vision");
  const rows: Row[] = [];
  const sides = tiny ? [128, 256] : [512, 1024];
  for (const [index, side] of sides.entries()) {
    const times = await takeTurns([...ours, transformers], { do: "vision", side }, { rounds, warm: index === 0 });
    rows.push(speedRow(ours, transformers, times, { work: `vision tower, ${side}×${side}`, unit: "s", value: (seconds) => seconds, bar: 1.2 }));
  }
  await programs.end();
  return rows;
}
