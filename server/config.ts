import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, CommanderError } from "commander";
import { z } from "zod";
import type { AccessConfig } from "./access/accounts.ts";
import { addRemoteOptions, chooseRemote, remoteFlags, remoteVariables, type RemoteSettings } from "./engine/remote/settings.ts";
import { logFormats, type LogFormat } from "./log.ts";
import type { LinkConfig } from "./share/link.ts";
import { randomPassword } from "./share/password.ts";
import { yarnFactorSchema } from "../inference/checkpoint/config.ts";
import { isHubName } from "../inference/hub/repository.ts";
import { dtypeOfLargeModels } from "../inference/model/chooseDtype.ts";
import { type Dtype, dtypes } from "../inference/model/dtypes.ts";
import { type DeviceChoice, deviceChoices } from "../inference/runtime/types.ts";

/** Flags and environment, parsed once in main.ts and handed on as an argument. */

export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));

const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;

const bytes = z.coerce.number().int().positive();

const environmentSchema = z.object({
  ...remoteVariables,
  /** Where uploads are kept. */
  QWEN_DEMO_DATA_DIR: z.string().min(1).default(join(projectRoot, "data")),
  /** Names besides localhost and the bound address under which the page may be reached, separated by commas. */
  QWEN_DEMO_ALLOWED_HOSTS: z.string().default(""),
  QWEN_DEMO_IMAGE_BYTES: bytes.default(20 * mebibyte),
  QWEN_DEMO_VIDEO_BYTES: bytes.default(200 * mebibyte),
  /** Of all pictures and sampled frames of a conversation together, before they are resized. */
  QWEN_DEMO_MEDIA_MEGAPIXELS: z.coerce.number().positive().default(2000),
  /** "1": pictures and clips are fetched from addresses of this machine and its network too. */
  QWEN_DEMO_PRIVATE_URLS: z.enum(["0", "1"], "It must be 0 or 1.").default("0"),
  /** For the whole of a file that is fetched by its address. */
  QWEN_DEMO_FETCH_SECONDS: z.coerce.number().positive().max(86_400).default(30),
  /** Addresses of reverse proxies, separated by commas, whose X-Forwarded-For and X-Forwarded-Proto are believed. */
  QWEN_DEMO_TRUSTED_PROXIES: z.string().default(""),
  /** Keys for programs, separated by commas. */
  QWEN_DEMO_API_KEYS: z.string().default(""),
  /** Uploads of one session, and of all together. */
  QWEN_DEMO_SESSION_BYTES: bytes.default(gibibyte),
  QWEN_DEMO_TOTAL_BYTES: bytes.default(10 * gibibyte),
  /** Uploads are refused when the disk has less than this. */
  QWEN_DEMO_FREE_BYTES: z.coerce.number().int().nonnegative().default(2 * gibibyte),
  /** A session's uploads go when it was not used for this long. */
  QWEN_DEMO_UPLOAD_HOURS: z.coerce.number().positive().default(24),
  /** An ffmpeg to use instead of ffmpeg-static or the one on PATH; the worker reads it for itself. */
  FFMPEG_PATH: z.string().optional(),
  /** Where cloudflared is looked for. */
  PATH: z.string().default(""),
});

const flagsSchema = z.object({
  checkpointPath: z.string().min(1).default(join(projectRoot, "models", "demo")),
  dtype: z.enum(["auto", ...dtypes], `It must be auto, ${dtypes.join(", ")}.`).optional(),
  cacheDir: z.string().min(1).optional(),
  slots: z.coerce.number().int().min(1).max(64).default(4),
  maxContext: z.coerce.number().int().min(64).optional(),
  yarnFactor: yarnFactorSchema,
  device: z.enum(deviceChoices, `It must be ${deviceChoices.join(", ")}.`).default("auto"),
  cpuOnly: z.boolean().default(false),
  flashAttn2: z.boolean().default(false),
  inbrowser: z.boolean().default(false),
  serverPort: z.coerce.number().int().min(0).max(65535).default(7860),
  serverName: z.string().min(1).default("127.0.0.1"),
  dev: z.boolean().default(false),
  share: z.boolean().default(false),
  shareCommand: z.string().min(1).optional(),
  sharePublic: z.boolean().default(false),
  conversationSharing: z.boolean().default(true),
  page: z.boolean().default(true),
  auth: z.array(z.string()).default([]),
  authFile: z.string().min(1).optional(),
  apiKey: z.array(z.string()).default([]),
  corsOrigin: z.array(z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, "It must be an origin such as https://app.example.")).default([]),
  logFormat: z.enum(logFormats, `It must be ${logFormats.join(" or ")}.`).default("text"),
  maxQueue: z.coerce.number().int().min(0).max(10_000).default(16),
  maxPerUser: z.coerce.number().int().min(1).max(1000).default(3),
  worker: z.string().default(join(projectRoot, "inference", "worker.ts")),
  ...remoteFlags,
});

export interface Limits {
  imageBytes: number;
  videoBytes: number;
  sessionBytes: number;
  totalBytes: number;
  freeBytes: number;
  /** Media of one message. */
  mediaPerRequest: number;
  /** Media of a whole conversation; a list of frames counts as one. */
  mediaPerConversation: number;
  framesPerVideo: number;
  /** Of all pictures and sampled frames of a conversation, as they are decoded. */
  mediaPixels: number;
  /** Of all texts of a conversation together. */
  textCharacters: number;
  queue: number;
  /** Running and waiting together. */
  runsPerSession: number;
  /** The engine's slots. */
  concurrentRuns: number;
  sockets: number;
  socketsPerSession: number;
  socketsPerAddress: number;
  /** HTTP connections; those that became sockets not counted. */
  connectionsPerAddress: number;
  /** Conversations that are shared as pages, of one owner and of all. */
  sharesPerOwner: number;
  shares: number;
}

/** Milliseconds. */
export interface Timing {
  /** How often a run's text is passed on. */
  coalesce: number;
  /** A run that nobody listens to is cancelled after this. */
  orphan: number;
  /** A finished run can be asked for again for this long. */
  retention: number;
  ping: number;
  /** A request's headers must be whole within this. */
  headers: number;
  /** A message must be whole within this, plus a second for every 10 KB of it. */
  message: number;
  /** A socket that takes nothing for this long is closed. */
  stall: number;
  /** A worker with work that neither reports any nor computes for this long is killed. */
  watchdog: number;
  /** One that computes without reporting anything for this long is in an endless loop. */
  longestStep: number;
  /** A worker that does not end a stopped answer within this is killed. */
  cancel: number;
  /** When the server is told to end, answers that somebody follows may go on for this long. */
  drain: number;
  /** Unit of the restart backoff. */
  backoff: number;
  /** How long a worker that keeps dying is left alone. */
  breaker: number;
  /** For the whole of a file that is fetched by its address. */
  fetch: number;
  /** How long a refused address takes, so that nothing can be told by the time. */
  refusal: number;
  /** An upload, and what is fetched, must bring 10 KB/s over each such window. */
  uploadWindow: number;
  sweep: number;
  uploadAge: number;
}

export interface ShareConfig {
  /** The public link, where one is wanted. */
  link: LinkConfig | undefined;
  /** Made for the link where nothing else keeps strangers out. */
  password: string | undefined;
  /** Whether conversations can be shared as pages for reading. */
  conversations: boolean;
}

export interface Config {
  /** A folder, or a name on the Hugging Face Hub. */
  checkpoint: string;
  dtype: Dtype | "auto" | undefined;
  /** Of prepared models; the worker knows the default. */
  cacheFolder: string | undefined;
  /** Tokens of one conversation at most. */
  maxContext: number | undefined;
  /** How many times longer the context becomes by YaRN. */
  yarnFactor: number | undefined;
  device: DeviceChoice;
  flashAttention: boolean;
  openBrowser: boolean;
  port: number;
  host: string;
  allowedHosts: readonly string[];
  /** "none": only the routes of our own. */
  page: "built" | "dev" | "none";
  /** Where the engine is, when it is elsewhere. */
  remote: RemoteSettings | undefined;
  /** What the console should say of flags that do less than one might think. */
  notes: readonly string[];
  /** The worker's entry file. */
  worker: string;
  dataFolder: string;
  access: AccessConfig;
  /** Addresses that are believed when they say whom a request is forwarded for. */
  trustedProxies: readonly string[];
  /** Of pages elsewhere whose scripts may use the API, with a key. */
  corsOrigins: readonly string[];
  logFormat: LogFormat;
  share: ShareConfig;
  /** Whether the page may have addresses fetched that are not public. */
  privateUrls: boolean;
  ffmpegPath: string | undefined;
  limits: Limits;
  timing: Timing;
}

export const defaultTiming: Timing = {
  coalesce: 16,
  orphan: 60_000,
  retention: 5 * 60_000,
  ping: 20_000,
  headers: 10_000,
  message: 5000,
  stall: 30_000,
  watchdog: 120_000,
  longestStep: 30 * 60_000, // the largest picture takes two cores about twenty minutes
  cancel: 10_000,
  drain: 10_000,
  backoff: 1000,
  breaker: 5 * 60_000,
  fetch: 30_000,
  refusal: 500,
  uploadWindow: 10_000,
  sweep: 10 * 60_000,
  uploadAge: 24 * 3_600_000,
};

/** What the command line asked for: to run, or to print something and end. */
export type CommandLine = { run: true; config: Config } | { run: false; text: string; exitCode: number };

/** @param argv without node and the script. */
export function parseCommandLine(argv: readonly string[], environment: Record<string, string | undefined>): CommandLine {
  const command = buildCommand();
  let printed = "";
  command.configureOutput({ writeOut: (text) => (printed += text), writeErr: (text) => (printed += text) });
  try {
    command.parse(argv, { from: "user" });
  } catch (fault) {
    if (!(fault instanceof CommanderError)) throw fault;
    return { run: false, text: printed.trim(), exitCode: fault.exitCode };
  }
  const options: Record<string, unknown> = command.opts();
  const flags = flagsSchema.safeParse(options);
  if (!flags.success) return { run: false, text: faults(flags.error, (key) => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`), exitCode: 1 };
  const variables = environmentSchema.safeParse(environment);
  if (!variables.success) return { run: false, text: faults(variables.error, (key) => key), exitCode: 1 };
  const choice = chooseRemote(flags.data, variables.data, { checkpoint: options.checkpointPath === undefined ? undefined : fromHome(flags.data.checkpointPath), maxContext: flags.data.maxContext });
  if (!choice.ok) return { run: false, text: choice.fault, exitCode: 1 };
  return { run: true, config: { ...buildConfig(flags.data, variables.data), remote: choice.remote, notes: choice.notes } };
}

function buildCommand(): Command {
  const command = new Command("run_web_demo.sh")
    .description("A local web demo of Qwen3-VL.")
    .option("-c, --checkpoint-path <checkpoint>", "folder of a Qwen3-VL checkpoint, or its name on the Hugging Face Hub (default: the embedded demo model)")
    .option("--dtype <type>", `how weights are stored: auto, ${dtypes.join(", ")} (default: auto, fp32 for a small model, else ${dtypeOfLargeModels})`)
    .option("--cache-dir <folder>", "where prepared weights are kept (default: QWEN_DEMO_CACHE_DIR, or the user's cache folder)")
    .option("--slots <count>", "answers written at the same time (default: 4)")
    .option("--max-context <tokens>", "tokens of one conversation at most (default: what fits into the memory)")
    .option("--yarn-factor <factor>", "a context so many times longer by YaRN, up to 4; 2 to 3 recommended")
    .option("--device <device>", `where the model runs: ${deviceChoices.join(", ")} (default: auto, the fastest that works)`)
    .option("--cpu-only", "the same as --device cpu")
    .option("--flash-attn2", "accepted for compatibility: the engine's attention is always fused")
    .option("--inbrowser", "open the page in the default browser")
    .option("--server-port <port>", "port to listen on (default: 7860)")
    .option("--server-name <address>", "address to listen on; 0.0.0.0 for the whole network (default: 127.0.0.1)")
    .option("--auth <user:password>", "a user who may log in; may be given several times. Without users or keys, no login is needed", collect)
    .option("--auth-file <file>", "users, one user:password a line; “npm run -s password” makes a hash to write instead of a password")
    .option("--api-key <key>", "a key for programs, sent as “Authorization: Bearer …”; may be given several times (or QWEN_DEMO_API_KEYS, separated by commas)", collect)
    .option("--cors-origin <origin>", "a page elsewhere whose scripts may use the API under /v1; may be given several times (default: none)", collect)
    .option("--log-format <format>", "text, or json: one JSON line for whatever happens, without contents (default: text)")
    .option("--max-queue <count>", "answers that wait for a slot, of all users together (default: 16)")
    .option("--max-per-user <count>", "answers that are written or wait, of one user (default: 3)")
    .allowExcessArguments(false)
    .exitOverride();
  command
    .option("--share", "open a public link by a tunnel, with a random password unless --auth is given")
    .option("--share-command <command>", "open the public link by this command, which prints it, instead of cloudflared; {port} and {url} are where it leads")
    .option("--share-public", "no password for the public link")
    .option("--no-conversation-sharing", "conversations cannot be shared as pages for reading");
  addRemoteOptions(command);
  // For development and tests; not in --help.
  command.addOption(command.createOption("--dev").hideHelp());
  command.addOption(command.createOption("--no-page").hideHelp());
  command.addOption(command.createOption("--worker <file>").hideHelp());
  return command;
}

function buildConfig(flags: z.infer<typeof flagsSchema>, variables: z.infer<typeof environmentSchema>): Omit<Config, "remote" | "notes"> {
  const share = buildShare(flags, variables);
  return {
    checkpoint: isHubName(flags.checkpointPath) ? flags.checkpointPath : fromHome(flags.checkpointPath),
    dtype: flags.dtype,
    maxContext: flags.maxContext,
    yarnFactor: flags.yarnFactor,
    cacheFolder: flags.cacheDir === undefined ? undefined : fromHome(flags.cacheDir),
    device: flags.cpuOnly ? "cpu" : flags.device,
    flashAttention: flags.flashAttn2,
    openBrowser: flags.inbrowser,
    port: flags.serverPort,
    host: flags.serverName,
    allowedHosts: listed(variables.QWEN_DEMO_ALLOWED_HOSTS.toLowerCase()),
    share,
    access: {
      users: flags.auth,
      passphrase: share.password,
      file: flags.authFile === undefined ? undefined : fromHome(flags.authFile),
      apiKeys: [...flags.apiKey, ...listed(variables.QWEN_DEMO_API_KEYS)],
    },
    page: !flags.page ? "none" : flags.dev ? "dev" : "built",
    worker: resolve(flags.worker),
    dataFolder: resolve(variables.QWEN_DEMO_DATA_DIR),
    // Visitors from everywhere are not to reach this network through us.
    trustedProxies: listed(variables.QWEN_DEMO_TRUSTED_PROXIES),
    corsOrigins: flags.corsOrigin,
    logFormat: flags.logFormat,
    privateUrls: variables.QWEN_DEMO_PRIVATE_URLS === "1" && share.link === undefined,
    ffmpegPath: variables.FFMPEG_PATH === "" ? undefined : variables.FFMPEG_PATH,
    limits: {
      imageBytes: variables.QWEN_DEMO_IMAGE_BYTES,
      videoBytes: variables.QWEN_DEMO_VIDEO_BYTES,
      sessionBytes: variables.QWEN_DEMO_SESSION_BYTES,
      totalBytes: variables.QWEN_DEMO_TOTAL_BYTES,
      freeBytes: variables.QWEN_DEMO_FREE_BYTES,
      mediaPerRequest: 256,
      mediaPerConversation: 512,
      framesPerVideo: 768,
      mediaPixels: variables.QWEN_DEMO_MEDIA_MEGAPIXELS * 1_000_000,
      textCharacters: 250_000,
      queue: flags.maxQueue,
      runsPerSession: flags.maxPerUser,
      concurrentRuns: flags.slots,
      sockets: 256,
      socketsPerSession: 8,
      socketsPerAddress: 64,
      connectionsPerAddress: 64,
      sharesPerOwner: 100,
      shares: 10_000,
    },
    timing: { ...defaultTiming, fetch: variables.QWEN_DEMO_FETCH_SECONDS * 1000, uploadAge: variables.QWEN_DEMO_UPLOAD_HOURS * 3_600_000 },
  };
}

function buildShare(flags: z.infer<typeof flagsSchema>, { PATH: path }: z.infer<typeof environmentSchema>): ShareConfig {
  const wanted = flags.share || flags.sharePublic || flags.shareCommand !== undefined;
  const closed = flags.auth.length > 0 || flags.authFile !== undefined;
  return {
    link: wanted ? { command: flags.shareCommand, path, cacheFolder: flags.cacheDir === undefined ? undefined : fromHome(flags.cacheDir) } : undefined,
    password: wanted && !closed && !flags.sharePublic ? randomPassword() : undefined,
    conversations: flags.conversationSharing,
  };
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function listed(text: string): string[] {
  return text.split(",").map((entry) => entry.trim()).filter((entry) => entry !== "");
}

function fromHome(folder: string): string {
  return resolve(folder.replace(/^~(?=\/|$)/, homedir()));
}

/** One line per fault, in the words the user typed. */
function faults(error: z.ZodError, spell: (key: string) => string): string {
  return error.issues.map((issue) => `${spell(String(issue.path[0]))}: ${issue.message}`).join("\n");
}
