import { join, resolve } from "node:path";
import { loadCheckpoint } from "../inference/checkpoint/load.ts";
import { embeddedCheckpoint } from "../inference/embedded.ts";
import { explain } from "../inference/errorText.ts";
import { EngineError } from "../inference/errors.ts";
import { isHubName } from "../inference/hub/repository.ts";
import { loadingText } from "../inference/progress.ts";
import { AccessFault } from "./access/accounts.ts";
import { openBrowser } from "./browser.ts";
import { parseCommandLine, projectRoot, type Config } from "./config.ts";
import { LocalEngine } from "./engine/localEngine.ts";
import { RemoteEngine } from "./engine/remote/remoteEngine.ts";
import type { Engine } from "./engine/types.ts";
import { consoleLog, printable, type Log } from "./log.ts";
import { isBuilt, nextPage, noPage } from "./page.ts";
import { announceLink } from "./share/announce.ts";
import { networkUrls } from "./share/network.ts";
import { qrLines } from "./share/qr.ts";
import { startServer, type RunningServer } from "./server.ts";

/** A reason not to start that one line explains. */
class StartFault extends Error {
  override readonly name = "StartFault";
}

async function main(): Promise<void> {
  const line = parseCommandLine(process.argv.slice(2), process.env);
  if (!line.run) {
    (line.exitCode === 0 ? process.stdout : process.stderr).write(`${line.text}\n`);
    process.exitCode = line.exitCode;
    return;
  }
  const log = consoleLog({ out: process.stdout, err: process.stderr }, line.config.logFormat);
  surviveFaults(log);
  try {
    const server = await start(line.config, log);
    endOnSignals(server, log);
  } catch (fault) {
    process.stderr.write(`${startFaultText(fault, line.config)}\n`);
    process.exit(1);
  }
}

async function start(config: Config, log: Log): Promise<RunningServer> {
  // Opened and checked, not kept: the worker loads it again for itself. A download shows on the page.
  if (!config.remote && !isHubName(config.checkpoint)) (await loadCheckpoint(config.checkpoint, config))[Symbol.dispose]();
  if (config.page === "built" && !(await isBuilt(projectRoot))) throw new StartFault("The page is not built yet. Run “npm run build”, or start with ./run_web_demo.sh.");
  if (config.flashAttention) log.info("--flash-attn2: the engine's attention is always fused, so there is nothing to switch on.");
  for (const note of config.notes) log.info(note);
  const server = await startServer({
    config,
    log,
    startPage: (engine) => (config.page === "none" ? noPage : nextPage({ folder: projectRoot, dev: config.page === "dev", embedded: () => isEmbedded(engine, config), log })),
    startEngine: () => {
      const engine = createEngine(config, log);
      logStatus(engine, log);
      return engine;
    },
  });
  for (const text of greeting(config, server.port)) log.info(text);
  if (server.tunnel) announceLink(server.tunnel, config, log);
  if (config.openBrowser) openBrowser(localUrl(config, server.port), log);
  return server;
}

function createEngine(config: Config, log: Log): Engine {
  const { worker: entry, checkpoint, device, dtype, dataFolder, cacheFolder, maxContext, yarnFactor, remote, timing, limits } = config;
  if (remote) return new RemoteEngine({ settings: remote, worker: join(projectRoot, "inference", "mediaWorker.ts"), folder: join(dataFolder, "fitted"), timing, log });
  return new LocalEngine({ entry, checkpoint, device, dtype, cacheFolder, slots: limits.concurrentRuns, maxContext, yarnFactor }, timing, log);
}

/** Before the engine is ready: as the flags have it. */
function isEmbedded(engine: Engine, { remote, checkpoint }: Config): boolean {
  const status = engine.status();
  return status.state === "ready" ? status.info.embedded : !remote && resolve(checkpoint) === embeddedCheckpoint;
}

function startFaultText(fault: unknown, { host, port }: Config): string {
  if (fault instanceof EngineError) return explain(fault);
  if (fault instanceof StartFault || fault instanceof AccessFault) return fault.message;
  const code = fault instanceof Error && "code" in fault ? String(fault.code) : "";
  switch (code) {
    case "EADDRINUSE":
      return `Port ${port} on ${host} is in use. Choose another one with --server-port.`;
    case "EACCES":
      return `Port ${port} or the data folder may not be used. Choose another port with --server-port, or another folder with QWEN_DEMO_DATA_DIR.`;
    case "EROFS":
    case "ENOSPC":
    case "ENOTDIR":
      return "The data folder cannot be written. Choose another one with QWEN_DEMO_DATA_DIR.";
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `${host} is no address of this machine. Choose another one with --server-name.`;
    default:
      return `The demo could not start: ${fault instanceof Error ? fault.message : String(fault)}`;
  }
}

function localUrl({ host }: Config, port: number): string {
  const name = ["127.0.0.1", "0.0.0.0", "::", "::1", "localhost"].includes(host) ? "localhost" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

function greeting(config: Config, port: number): string[] {
  const lines = [`Qwen3-VL demo on ${localUrl(config, port)} (Ctrl+C ends it)`];
  const own = networkUrls(config.host, port);
  if (own.length === 0) return lines;
  const { users, file, apiKeys, passphrase } = config.access;
  const closed = users.length > 0 || apiKeys.length > 0 || file !== undefined || passphrase !== undefined;
  const warning = closed ? [] : ["Warning: everybody who reaches this address can use the demo. Start with --auth user:password to let in only whom you know."];
  // A public link has a code of its own, and programs that read the log have no camera.
  const code = config.share.link === undefined && config.logFormat === "text" ? qrLines(own[0] ?? "") : [];
  return [...lines, ...own.map((url) => `In your network: ${url}`), ...code, ...warning];
}

/** Milliseconds between two lines about one stage of loading. */
const progressInterval = 10_000;

function logStatus(engine: Engine, log: Log): void {
  let before = "";
  let shown = { stage: "", time: 0 };
  const show = (): void => {
    const status = engine.status();
    if (status.state === "loading" && (status.loading.stage === "downloading" || status.loading.stage === "preparing")) {
      const time = performance.now();
      // The first line of a stage tells nothing yet; a small model never gets a second one.
      if (status.loading.stage === shown.stage && time - shown.time >= progressInterval) log.info(`${loadingText(status.loading)}.`);
      else if (status.loading.stage === shown.stage) return;
      shown = { stage: status.loading.stage, time };
    }
    if (status.state === before) return;
    before = status.state;
    if (status.state === "loading") log.info(status.loading.stage === "connecting" ? "Connecting to the engine …" : "The model is loading …");
    if (status.state === "restarting" || status.state === "away") log.info("The engine is away; it is tried again.");
    if (status.state === "ready" && status.info.remote) log.info(`Ready: ${printable(status.info.remote.model)} on ${status.info.device}, ${status.info.contextLength} tokens.`);
    else if (status.state === "ready") log.info(`Ready: ${status.info.name}, ${status.info.dtype}, on ${status.info.device} (${status.info.runtime}).`);
    if (status.state === "unusable") log.info(explain(status.error));
  };
  show();
  engine.onStatus(show);
}

/** The first signal ends the server in order, the second at once. */
function endOnSignals(server: RunningServer, log: Log): void {
  let ending = false;
  const end = (): void => {
    if (ending) process.exit(1);
    ending = true;
    log.info("Ending …");
    server.close().then(
      () => process.exit(0),
      (fault: unknown) => {
        log.fault("shutdown", fault);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
}

/** What nobody caught is logged; the answers of others go on. A closed console is no reason to end. */
function surviveFaults(log: Log): void {
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
  process.on("uncaughtException", (fault) => log.fault("uncaught", fault));
  process.on("unhandledRejection", (fault) => log.fault("unhandled", fault));
}

await main();
