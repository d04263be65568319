import type { Dtype } from "../../inference/model/dtypes.ts";
import { type Contestant, speedRow, takeTurns, type Wording } from "../contest.ts";
import type { Options } from "../options.ts";
import type { Programs } from "../programs.ts";
import type { Memory } from "../protocol.ts";
import type { Row } from "../row.ts";

export const measuredDtypes = ["int4", "int4-block128-zero-points"] as const satisfies readonly Dtype[];

const lengths = {
  published: { short: 512, middle: 4096, long: 8192, decoded: 32 },
  tiny: { short: 64, middle: 128, long: 256, decoded: 4 },
};

interface Bars {
  decode?: number;
  prefill: number;
  /** Resident memory, as a share. */
  memory?: number;
}
const llamaCppBars: Bars = { decode: 2, prefill: 1.2, memory: 1 / 3 };
const transformersBars: Bars = { prefill: 1 };

interface Other extends Contestant {
  bars: Bars;
}

/** Decode, prefill and memory of the language model, side by side with llama.cpp and transformers. */
export async function measureLanguage(programs: Programs, { only, rounds, tiny }: Options): Promise<Row[]> {
  const { short, middle, long, decoded } = lengths[tiny ? "tiny" : "published"];
  const ours: Contestant[] = [];
  for (const name of measuredDtypes) ours.push({ name, process: await programs.ours("decoder", name, { capacity: long + decoded }) });
  const started = await programs.llamaCpp();
  const llamaCpp: Other = { name: started.name, process: started, bars: llamaCppBars };
  const transformers: Other = { ...(await programs.transformers("decoder")), bars: transformersBars };
  const others = [llamaCpp, transformers];

  const rows: Row[] = [];
  const prefill = async (tokens: number, warm: boolean) => {
    const times = await takeTurns([...ours, ...others], { do: "prefill", tokens }, { rounds, warm });
    for (const other of others) rows.push(speedRow(ours, other, times, { ...tokensPerSecond(`prefill, ${tokens} tokens`, tokens), bar: other.bars.prefill }));
  };
  const decode = async (context: number, against: readonly Other[]) => {
    const times = await takeTurns([...ours, ...against], { do: "decode", context, tokens: decoded }, { rounds, warm: true });
    for (const other of against) rows.push(speedRow(ours, other, times, { ...tokensPerSecond(`decode, context ${context}`, decoded), bar: other.bars.decode }));
    if (only.has("memory")) rows.push(...(await compareMemory(`context ${context}`, ours, against)));
  };
  if (only.has("decode") || only.has("memory")) await decode(short, others);
  if (only.has("prefill")) {
    await prefill(short, true);
    await prefill(middle, false);
  }
  await transformers.process?.[Symbol.asyncDispose]();
  if (only.has("decode")) await decode(long, [llamaCpp]);
  await programs.end();
  return rows;
}

function tokensPerSecond(work: string, tokens: number): Wording {
  return { work, unit: "tokens/s", value: (seconds) => tokens / seconds };
}

/** Resident memory, mapped files included, and what of it is not a file's. */
async function compareMemory(when: string, ours: readonly Contestant[], others: readonly Other[]): Promise<Row[]> {
  const measured = new Map<Contestant, Memory>();
  for (const contestant of [...ours, ...others]) {
    const memory = await contestant.process?.memory();
    if (memory) measured.set(contestant, memory);
  }
  return others.flatMap((other) => (["resident", "anonymous"] as const).map((key): Row => {
    const bytes = (contestant: Contestant) => measured.get(contestant)?.[key] ?? NaN;
    const installed = other.process !== undefined;
    return {
      work: `memory while decoding, ${when}: ${key}`,
      unit: "MB",
      against: other.name,
      ...(installed ? { theirs: bytes(other) / 1e6 } : {}),
      ours: ours.map((variant) => ({ name: variant.name, value: bytes(variant) / 1e6, ...(installed ? { ratio: bytes(variant) / bytes(other) } : {}) })),
      ...(other.bars.memory !== undefined && key === "resident" ? { bar: { kind: "most", limit: other.bars.memory } } : {}),
    };
  }));
}
