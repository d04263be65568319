import { embeddedCheckpoint } from "../../inference/embedded.ts";
import { type Contestant, speedRow, takeTurns } from "../contest.ts";
import type { Options } from "../options.ts";
import type { Programs } from "../programs.ts";
import type { Row } from "../row.ts";

/** ONNX Runtime's C API against the run() of onnxruntime-node on the same graph: why the engine does not use the latter. */
export async function measureRuntimes(programs: Programs, { rounds, tiny }: Options): Promise<Row[]> {
  const models = [
    { name: "embedded model", checkpoint: embeddedCheckpoint, dtype: "fp32" },
    { name: "4 layers of the 2B shape", checkpoint: await programs.shallowCheckpoint("2B"), dtype: "int4" },
  ] as const;
  const rows: Row[] = [];
  for (const { name, checkpoint, dtype } of models) {
    const options = { capacity: 4096, checkpoint };
    const cApi: Contestant = { name: dtype, process: await programs.ours("decoder", dtype, { ...options, runtime: "C API" }) };
    const javaScript: Contestant = { name: "the same graph through run()", process: await programs.ours("decoder", dtype, { ...options, runtime: "run()" }) };
    const compare = async (work: string, tokens: number, request: Parameters<typeof takeTurns>[1]) => {
      const times = await takeTurns([cApi, javaScript], request, { rounds, warm: true });
      rows.push(speedRow([cApi], javaScript, times, { work: `${work}, ${name}`, unit: "tokens/s", value: (seconds) => tokens / seconds }));
    };
    const context = tiny ? 64 : 512;
    await compare(`prefill, ${context} tokens`, context, { do: "prefill", tokens: context });
    await compare(`decode, context ${context} of 4096`, 16, { do: "decode", context, tokens: 16 });
    await programs.end();
  }
  return rows;
}
