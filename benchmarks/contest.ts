import type { BenchmarkProcess } from "./benchmarkProcess.ts";
import { type Request, secondsSchema } from "./protocol.ts";
import type { Row, Variant } from "./row.ts";
import { median, medianRatio } from "./statistics.ts";

/** A program that takes part: ours in one of its variants, or another. */
export interface Contestant {
  /** What ours is called in the table's columns, the others in its lines. */
  name: string;
  /** Undefined where it is not installed. */
  process: BenchmarkProcess | undefined;
}

/** Seconds of each round, by who took them. */
export type Times = ReadonlyMap<Contestant, readonly number[]>;

/**
 * Puts the same request to all in turn, round after round, because machines drift.
 * @param warm whether each does it once before, which does not count
 */
export async function takeTurns(contestants: readonly Contestant[], request: Request, { rounds, warm }: { rounds: number; warm: boolean }): Promise<Times> {
  const times = new Map(contestants.flatMap((contestant): [Contestant, number[]][] => (contestant.process ? [[contestant, []]] : [])));
  if (warm) for (const { process } of times.keys()) await process?.ask(request, secondsSchema);
  for (let round = 0; round < rounds; round++) {
    for (const [{ process }, own] of times) own.push((await process?.seconds(request)) ?? NaN);
  }
  return times;
}

export interface Wording {
  work: string;
  unit: string;
  /** From seconds to the unit. */
  value: (seconds: number) => number;
}

/** A line that says how many times faster ours is than another; where that is not installed, only how fast. */
export function speedRow(ours: readonly Contestant[], other: Contestant, times: Times, { work, unit, value, bar }: Wording & { bar?: number | undefined }): Row {
  const timesOf = (contestant: Contestant) => times.get(contestant) ?? [];
  const figures = (contestant: Contestant): Variant => ({
    name: contestant.name,
    value: value(median(timesOf(contestant))),
    ...(other.process ? { ratio: medianRatio(timesOf(other), timesOf(contestant)) } : {}),
  });
  return {
    work,
    unit,
    against: other.name,
    ...(other.process ? { theirs: value(median(timesOf(other))) } : {}),
    ours: ours.map(figures),
    ...(bar === undefined ? {} : { bar: { kind: "least", limit: bar } }),
  };
}
