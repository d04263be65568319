import { embeddedCheckpoint } from "../../inference/embedded.ts";
import type { BenchmarkProcess } from "../benchmarkProcess.ts";
import type { Options } from "../options.ts";
import type { Programs } from "../programs.ts";
import { secondsSchema, turnsSchema, usersSchema } from "../protocol.ts";
import type { Row, Variant } from "../row.ts";
import { median, medianRatio } from "../statistics.ts";
import { measuredDtypes } from "./language.ts";

/** What is compared with itself or with a figure: measured on the whole engine. */

const crowd = 8;

/** Eight users at once against one, in the same process. */
export async function measureUsers(programs: Programs, { rounds, tiny }: Options): Promise<Row[]> {
  const tokens = tiny ? 24 : 48;
  const rows: Row[] = [];
  for (const dtype of measuredDtypes) {
    const process = await programs.engine(await programs.checkpoint(), dtype, { slots: crowd, capacity: 1024 });
    const write = async (users: number) => (await process.measure({ do: "users", users, tokens }, usersSchema)).tokensPerSecond;
    const [one, many] = [[], []] as [number[], number[]];
    await write(crowd);
    for (let round = 0; round < rounds; round++) {
      one.push(await write(1));
      many.push(await write(crowd));
    }
    const bar = { kind: "least", limit: 3 } as const;
    rows.push({ work: `${crowd} users decoding`, unit: "tokens/s", against: `1 user, ${dtype}`, theirs: median(one), ours: [{ name: dtype, value: median(many), ratio: medianRatio(many, one) }], bar });
    await programs.end();
  }
  return rows;
}

/** The fifth turn of a conversation about a picture against its question by itself. */
export async function measureTurns(programs: Programs, { rounds }: Options): Promise<Row[]> {
  const random = await programs.checkpoint();
  const models = [
    { name: "embedded model", process: await programs.engine(embeddedCheckpoint, "fp32", { slots: 2 }), variant: "fp32", tokens: 48 },
    // What a random model writes is not read back as the same tokens, so it writes little.
    { name: "2B shape", process: await programs.engine(random, "int4", { slots: 2 }), variant: "int4", tokens: 1 },
  ];
  const rows: Row[] = [];
  for (const { name, process, variant, tokens } of models) {
    const talks = [];
    for (let round = -1; round < rounds; round++) {
      const talk = await process.measure({ do: "turns", tokens }, turnsSchema);
      if (round >= 0) talks.push(talk);
    }
    const fifth = talks.map((talk) => talk.fifth);
    const row = (work: string, against: string, theirs: readonly number[]): Row => ({
      work: `${work}, ${name}`,
      unit: "ms",
      against,
      theirs: median(theirs),
      ours: [{ name: variant, value: median(fifth), ratio: medianRatio(fifth, theirs) }],
    });
    const alone = row("first token of turn 5 about a picture", "its question alone", talks.map((talk) => talk.alone));
    rows.push({ ...alone, bar: { kind: "most", limit: 1.3 } });
    rows.push(row("first token of turn 5 about a picture", "turn 1", talks.map((talk) => talk.first)));
  }
  await programs.end();
  return rows;
}

/** From the start of a process' engine to when it can be asked; the files are in the system's cache. */
export async function measureLoad(programs: Programs, { rounds }: Options): Promise<Row[]> {
  const checkpoint = await programs.checkpoint();
  const seconds = new Map(measuredDtypes.map((dtype): [string, number[]] => [dtype, []]));
  for (let round = -1; round < rounds; round++) {
    for (const dtype of measuredDtypes) {
      const process = await programs.engine(checkpoint, dtype);
      if (round >= 0) seconds.get(dtype)?.push(process.loadSeconds);
      await programs.end();
    }
  }
  return [{ work: "load of a prepared model, 2B shape", unit: "s", ours: variants(seconds), bar: { kind: "most", limit: 3 } }];
}

/** From the abort, in the middle of a chunk, until the engine can serve the next one. */
export async function measureCancel(programs: Programs, { rounds, tiny }: Options): Promise<Row[]> {
  const tokens = tiny ? 4096 : 8192;
  const process: BenchmarkProcess = await programs.engine(await programs.checkpoint(), "int4", { capacity: tokens + 512 });
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) seconds.push((await process.measure({ do: "cancel", tokens }, secondsSchema)).seconds);
  await programs.end();
  return [{ work: `cancel in the prefill of ${tokens} tokens`, unit: "s", ours: [{ name: "int4", value: median(seconds) }], bar: { kind: "most", limit: 2 } }];
}

function variants(values: ReadonlyMap<string, readonly number[]>): Variant[] {
  return [...values].map(([name, own]) => ({ name, value: median(own) }));
}
