import type { BenchmarkProcess } from "./benchmarkProcess.ts";
import { type Request, secondsSchema } from "./protocol.ts";
import type { Row, Variant } from "./row.ts";
import { median, medianRatio } from "./statistics.ts";

/** A program that takes part: ours in one of its variants, or another. */
export interface Contestant {
  /** What ours is called in the table's columns, the others in its lines. */
  name: string;
  process: BenchmarkProcess;
}

/** Seconds of each round, by who took them. */
export type Times = ReadonlyMap<Contestant, readonly number[]>;

/**
 * Puts the same request to all in turn, round after round, because machines drift.
 * @param warm whether each does it once before, which does not count
 */
export async function takeTurns(contestants: readonly Contestant[], request: Request, { rounds, warm }: { rounds: number; warm: boolean }): Promise<Times> {
  const times = new Map(contestants.map((contestant): [Contestant, number[]] => [contestant, []]));
  if (warm) for (const { process } of contestants) await process.ask(request, secondsSchema);
  for (let round = 0; round < rounds; round++) {
    for (const [{ process }, own] of times) own.push(await process.seconds(request));
  }
  return times;
}

export interface Wording {
  work: string;
  unit: string;
  /** From seconds to the unit. */
  value: (seconds: number) => number;
}

/** A line that says how many times faster ours is than another; without another, only how fast. */
export function speedRow(ours: readonly Contestant[], other: Contestant | undefined, times: Times, wording: Wording & { bar?: number }): Row {
  const { work, unit, value, bar } = wording;
  const timesOf = (contestant: Contestant) => times.get(contestant) ?? [];
  const figures = (contestant: Contestant): Variant => ({
    name: contestant.name,
    value: value(median(timesOf(contestant))),
    ...(other ? { ratio: medianRatio(timesOf(other), timesOf(contestant)) } : {}),
  });
  const variants = ours.map(figures);
  if (!other) return { work, unit, ours: variants };
  return { work, unit, against: other.name, theirs: value(median(timesOf(other))), ours: variants, ...atLeast(bar) };
}

function atLeast(limit: number | undefined): Pick<Row, "bar"> {
  return limit === undefined ? {} : { bar: { kind: "least", limit } };
}
