import { spawn, type ChildProcess, type ChildProcessByStdio } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Readable } from "node:stream";
import { EngineError } from "../errors.ts";
import type { MediaLimits } from "./context.ts";

const stderrLimit = 64 * 1024;

/** Containers that ffmpeg may open, by the names of its demuxers: never a playlist, which would name other files. */
const containers = ["mov", "mp4", "matroska", "webm", "avi", "flv", "mpeg", "mpegts", "mpegvideo", "asf", "ogg"];

/** Codecs that ffmpeg may decode, by the names that ffmpeg gives their streams. */
export const videoCodecs: readonly string[] = [
  ...["h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mjpeg", "mpeg1video", "mpeg2video", "theora"],
  ...["h263", "flv1", "msmpeg4v2", "msmpeg4v3", "wmv1", "wmv2", "wmv3", "vc1"],
];

/** The same by the names of decoders, where those differ. */
const decoders = [...videoCodecs, "libvpx", "libvpx-vp9", "libdav1d", "libaom-av1", "flv", "msmpeg4"];

/** Of all kinds; more is no clip that anybody made to be watched. */
export const mostStreams = 16;
/** Of the decoder: each holds frames of its own, and all of them must fit into the memory that ffmpeg may have. */
const threads = 8;
const addressSpaceKilobytes = 2 * 1024 * 1024;

/** Options before every input: nothing of the file's content decides what else is opened, or how long that takes. */
export const inputOptions = ({ framePixels, ffmpegSeconds }: Pick<MediaLimits, "framePixels" | "ffmpegSeconds">): string[] => [
  ...["-nostdin", "-hide_banner", "-nostats"],
  ...["-protocol_whitelist", "file,pipe", "-format_whitelist", containers.join(","), "-codec_whitelist", decoders.join(",")],
  ...["-max_pixels", String(framePixels), "-max_streams", String(mostStreams), "-threads", String(threads)],
  // Seconds on all cores together; the wall limit is another.
  ...["-timelimit", String(ffmpegSeconds * threads)],
];

/** The executable that is configured, else that of the package ffmpeg-static, else what PATH finds. */
export async function findFfmpeg(configured?: string): Promise<string> {
  return configured ?? (await bundledFfmpeg()) ?? "ffmpeg";
}

/** The package is optional, and its download of the executable may have failed. */
async function bundledFfmpeg(): Promise<string | undefined> {
  try {
    const path: unknown = createRequire(import.meta.url)("ffmpeg-static");
    if (typeof path !== "string") return undefined;
    await access(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}

export interface FfmpegCommand {
  executable: string;
  args: readonly string[];
  /** Wall time after which the process is killed. */
  seconds: number;
  signal?: AbortSignal | undefined;
}

export interface FfmpegResult<Value> {
  value: Value;
  /** Null when it was killed. */
  exitCode: number | null;
  /** The first 64 KiB. */
  stderr: string;
}

/** The process took longer than it may. */
export class FfmpegTimeout extends Error {
  override readonly name = "FfmpegTimeout";
}

/**
 * Runs ffmpeg while `consume` reads what it writes. The process is dead, with everything that it started, when this returns
 * or throws: after an abort, at the wall limit, and when `consume` returns early or throws.
 *
 * @throws EngineError ffmpeg_missing when it can't be started; what the signal was aborted with; FfmpegTimeout; what `consume`
 * throws.
 */
export async function runFfmpeg<Value>(command: FfmpegCommand, consume: (stdout: Readable) => Promise<Value>): Promise<FfmpegResult<Value>> {
  command.signal?.throwIfAborted();
  const child = start(command);
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once("error", (cause) => reject(new EngineError("ffmpeg_missing", {}, { cause })));
    child.once("close", (code) => resolve(code));
  });
  // A failed start is thrown below, after its empty output; until then it must not count as unhandled.
  closed.catch(() => undefined);

  let stopped: { reason: unknown } | undefined;
  const stop = (reason: unknown): void => {
    stopped ??= { reason };
    killGroup(child);
  };
  const onAbort = (): void => stop(command.signal?.reason);
  command.signal?.addEventListener("abort", onAbort, { once: true });
  const timer = setTimeout(() => stop(new FfmpegTimeout(`killed after ${command.seconds} s`)), command.seconds * 1000);

  const stderr = collectStderr(child.stderr);
  try {
    const value = await consume(child.stdout);
    const exitCode = await closed;
    if (!stopped && isMissing(exitCode)) throw new EngineError("ffmpeg_missing");
    if (stopped) throw stopped.reason;
    return { value, exitCode, stderr: stderr.text() };
  } catch (fault) {
    throw stopped ? stopped.reason : fault;
  } finally {
    clearTimeout(timer);
    command.signal?.removeEventListener("abort", onAbort);
    killGroup(child);
    child.stdout.destroy();
    await closed.catch(() => undefined);
  }
}

/**
 * In a process group of its own, so that it can be killed as a whole; where the system offers it, with a bound on its memory, and
 * ended by the kernel when this process is killed and can't do it any more.
 */
function start({ executable, args }: FfmpegCommand): ChildProcessByStdio<null, Readable, Readable> {
  const stdio: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];
  if (process.platform !== "linux") return spawn(executable, args, { stdio, detached: process.platform !== "win32" });
  const limited = `ulimit -v ${addressSpaceKilobytes} 2>/dev/null
if command -v setpriv >/dev/null; then exec setpriv --pdeathsig KILL "$0" "$@"; fi
exec "$0" "$@"`;
  return spawn("/bin/sh", ["-c", limited, executable, ...args], { stdio, detached: true });
}

/** How a shell says that it could not start a program; ffmpeg has no such codes. */
function isMissing(exitCode: number | null): boolean {
  return process.platform === "linux" && (exitCode === 126 || exitCode === 127);
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // It ended in the meantime.
  }
}

function collectStderr(stream: Readable): { text: () => string } {
  const chunks: Buffer[] = [];
  let length = 0;
  // Read to the end, or a full pipe would stop the process; but kept only up to the limit.
  stream.on("data", (chunk: Buffer) => {
    if (length < stderrLimit) chunks.push(chunk.subarray(0, stderrLimit - length));
    length += chunk.length;
  });
  return { text: () => Buffer.concat(chunks).toString("utf8") };
}
