import { readFile } from "node:fs/promises";
import path from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import { conversationSchema, type Message } from "./conversation.ts";
import { consoleProgress } from "./consoleProgress.ts";
import { embeddedCheckpoint } from "./embedded.ts";
import { openCheckpoint } from "./checkpoint/open.ts";
import { yarnFactorSchema } from "./checkpoint/config.ts";
import { defaultSlots, type Engine } from "./engine/engine.ts";
import { startEngine } from "./engine/startEngine.ts";
import { readEnvironment } from "./environment.ts";
import { EngineError, toWireError } from "./errors.ts";
import { explain } from "./errorText.ts";
import { dtypeOfLargeModels } from "./model/chooseDtype.ts";
import { dtypes } from "./model/dtypes.ts";
import { deviceChoices } from "./runtime/types.ts";

/** The command line: a batch of conversations answered without a server. */

const flagsSchema = z.object({
  checkpointPath: z.string(),
  messages: z.string(),
  greedy: z.boolean().default(false),
  maxNewTokens: z.number().optional(),
  ignoreEos: z.boolean().default(false),
  dtype: z.enum(["auto", ...dtypes]).default("auto"),
  cacheDir: z.string().min(1).optional(),
  slots: z.number().optional(),
  maxContext: z.number().optional(),
  yarnFactor: z.number().optional(),
  device: z.enum(deviceChoices).default("auto"),
  cpuOnly: z.boolean().default(false),
  addVisionId: z.boolean().default(false),
  json: z.boolean().default(false),
});
type Flags = z.infer<typeof flagsSchema>;

const conversationsSchema = z.union([z.pipe(conversationSchema, z.transform((conversation): Message[][] => [conversation])), z.array(conversationSchema).min(1)]);

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("It must be a positive integer.");
  return value;
}

function yarnFactor(text: string): number | undefined {
  const parsed = yarnFactorSchema.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError(z.treeifyError(parsed.error).errors.join(" "));
  return parsed.data;
}

function parseFlags(): Flags {
  const command = new Command("infer")
    .description("Answers the conversations of a file.")
    .option("-c, --checkpoint-path <checkpoint>", "folder in the published layout, or a name on the Hugging Face Hub; the embedded model without it", embeddedCheckpoint)
    .requiredOption("--messages <file>", "JSON: one conversation or a list of them; media paths are relative to the file")
    .option("--greedy", "always the most probable token")
    .option("--max-new-tokens <count>", "tokens to generate at most", positiveInteger)
    .option("--ignore-eos", "go on past the end of an answer")
    .addOption(new Option("--dtype <type>", `how weights are stored and multiplied; auto: fp32 for a small model, else ${dtypeOfLargeModels}`).choices(["auto", ...dtypes]))
    .option("--cache-dir <folder>", "where prepared models are kept")
    .option("--slots <count>", "conversations answered at the same time", positiveInteger)
    .option("--max-context <tokens>", "tokens of one conversation at most", positiveInteger)
    .option("--yarn-factor <factor>", "a context so many times longer by YaRN, up to 4; 2 to 3 recommended", yarnFactor)
    .addOption(new Option("--device <device>", "where it runs; auto: the fastest that works").choices(deviceChoices))
    .option("--cpu-only", "the same as --device cpu")
    .option("--add-vision-id", "number the pictures and clips in the prompt")
    .option("--json", "one JSON object a line instead of streamed text");
  return flagsSchema.parse(command.parse().opts());
}

async function readConversations(file: string): Promise<Message[][]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new EngineError("invalid_request", { reason: `${file} cannot be read` }, { cause });
  }
  try {
    return conversationsSchema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof z.core.$ZodError ? z.prettifyError(cause) : "it is not JSON";
    throw new EngineError("invalid_request", { reason: `${file}: ${reason}` }, { cause });
  }
}

interface Answered {
  succeeded: boolean;
  /** The whole answer as one line of JSON. */
  line: string;
}

/** Answers one conversation; `onText` is told the text as it grows. */
async function answer(engine: Engine, messages: Message[], { flags, index, onText }: { flags: Flags; index: number; onText?: (delta: string) => void }): Promise<Answered> {
  const options = {
    sampling: flags.greedy ? { greedy: true } : {},
    add_vision_id: flags.addVisionId,
    ignore_eos: flags.ignoreEos,
    ...(flags.maxNewTokens === undefined ? {} : { max_new_tokens: flags.maxNewTokens }),
  };
  let text = "";
  for await (const event of engine.generate({ messages, options }, { mediaFolder: path.dirname(path.resolve(flags.messages)) })) {
    switch (event.type) {
      case "phase":
        break;
      case "text":
        text += event.delta;
        onText?.(event.delta);
        break;
      case "finish": {
        const { reason: finish_reason, usage, timings, damaged, output } = event;
        return { succeeded: true, line: JSON.stringify({ index, ...output, text, finish_reason, usage, timings, ...(damaged && { damaged }) }) };
      }
      case "error":
        if (!flags.json) process.stderr.write(explain(event.error));
        return { succeeded: false, line: JSON.stringify({ index, error: { ...event.error, message: explain(event.error) } }) };
    }
  }
  throw new TypeError("an answer without an end");
}

/** The answers of all conversations in their order; as many as the engine has slots are worked on together. */
async function* answerBatch(engine: Engine, conversations: readonly Message[][], flags: Flags): AsyncGenerator<Answered> {
  const together = flags.slots ?? defaultSlots;
  const started: Promise<Answered>[] = [];
  for (let index = 0; index < conversations.length; index++) {
    for (const messages of conversations.slice(started.length, index + together)) {
      const running = answer(engine, messages, { flags, index: started.length });
      running.catch(() => undefined); // thrown below, when it is its turn
      started.push(running);
    }
    const next = started[index];
    if (next) yield await next;
  }
}

async function main(): Promise<void> {
  const flags = parseFlags();
  const conversations = await readConversations(flags.messages);
  const onDevice = (sentence: string) => process.stderr.write(`${sentence}\n`);
  const fromEnvironment = readEnvironment();
  const environment = { ...fromEnvironment, cacheFolder: flags.cacheDir ?? fromEnvironment.cacheFolder };
  const onLoading = consoleProgress(process.stderr);
  const open = () => openCheckpoint(flags.checkpointPath, { hub: environment.hub, onLoading, yarnFactor: flags.yarnFactor });
  await using engine = await startEngine(await open(), { reopen: open, device: flags.cpuOnly ? "cpu" : flags.device, onDevice, onLoading, environment, dtype: flags.dtype, ...(flags.slots ? { slots: flags.slots } : {}), ...(flags.maxContext ? { maxContext: flags.maxContext } : {}) });
  if (flags.json) {
    for await (const { line, succeeded } of answerBatch(engine, conversations, flags)) {
      process.stdout.write(`${line}\n`);
      if (!succeeded) process.exitCode = 1;
    }
    return;
  }
  for (const [index, messages] of conversations.entries()) {
    const { succeeded } = await answer(engine, messages, { flags, index, onText: (delta) => process.stdout.write(delta) });
    process.stdout.write("\n");
    if (!succeeded) process.exitCode = 1;
  }
}

try {
  await main();
} catch (fault) {
  if (!(fault instanceof EngineError)) throw fault;
  process.stderr.write(`${explain(toWireError(fault))}\n`);
  process.exitCode = 1;
}
