import type { Log } from "../log.ts";
import { LinkFault, type LinkFaultCode } from "./linkFault.ts";
import type { LinkStatus } from "./protocol.ts";
import { TunnelProcess, type TunnelCommand } from "./tunnelProcess.ts";

/** Milliseconds. */
export interface TunnelTiming {
  /** A program that gave no link within this is ended. */
  opening: number;
  /** Until the first new attempt; each further one waits twice as long, at most `longest`. */
  retry: number;
  longest: number;
  /** A link that is not known to be ready is used after this, and one that is unencrypted has until then to be followed by another. */
  patience: number;
  /** A tunnel that was open for this long did work: the next attempt is a first one again. */
  settled: number;
}

const defaultTunnelTiming: TunnelTiming = { opening: 60_000, patience: 8000, retry: 2000, longest: 5 * 60_000, settled: 60_000 };

/** How a program's lines are understood. */
export interface LinkPattern {
  /** With the link as its first group. */
  link: RegExp;
  /** A line after which the link can be used; without it, the link itself is. */
  ready?: RegExp;
}

export interface TunnelOptions {
  /** Finds or downloads the program. @throws LinkFault */
  command: (signal: AbortSignal) => Promise<TunnelCommand>;
  pattern: LinkPattern;
  timing?: TunnelTiming;
  log: Log;
  /** A link was opened, or closed: its host (without a port) may, or may no longer, be asked for. */
  onHost: (host: string, open: boolean) => void;
}

/** The public link: opened, watched, and opened again when it was lost. The rest of the server goes on without it. */
export class Tunnel implements AsyncDisposable {
  readonly #options: TunnelOptions;
  readonly #timing: TunnelTiming;
  readonly #closed = new AbortController();
  readonly #listeners = new Set<(status: LinkStatus) => void>();
  #status: LinkStatus = { state: "opening" };
  #process: TunnelProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;

  constructor(options: TunnelOptions) {
    this.#options = options;
    this.#timing = options.timing ?? defaultTunnelTiming;
    void this.#open();
  }

  get status(): LinkStatus {
    return this.#status;
  }

  /** Of the tunnel's process, while there is one. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  onStatus(listener: (status: LinkStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tries again at once, where it failed. */
  retry(): void {
    if (this.#status.state !== "failed") return;
    clearTimeout(this.#timer);
    void this.#open();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    clearTimeout(this.#timer);
    await this.#process?.[Symbol.asyncDispose]();
  }

  async #open(): Promise<void> {
    this.#set({ state: "opening" });
    try {
      const command = await this.#options.command(this.#closed.signal);
      if (!this.#closed.signal.aborted) this.#run(command);
    } catch (fault) {
      if (!(fault instanceof LinkFault)) this.#options.log.fault("tunnel", fault);
      this.#fail(fault instanceof LinkFault ? fault.code : "start");
    }
  }

  #run(command: TunnelCommand): void {
    const { pattern, onHost, log } = this.#options;
    const { opening, patience, settled } = this.#timing;
    let link: URL | undefined;
    let opened: number | undefined;
    let fault: LinkFaultCode = "start";
    let last = "";
    const timers: NodeJS.Timeout[] = [];
    const endAfter = (time: number, code: LinkFaultCode): void => {
      const end = (): void => {
        fault = code;
        void running[Symbol.asyncDispose]();
      };
      timers.push(setTimeout(end, time));
    };
    const open = (url: URL): void => {
      for (const timer of timers) clearTimeout(timer);
      opened = performance.now();
      fault = "ended";
      onHost(url.hostname, true);
      this.#set({ state: "open", url: url.origin });
    };
    const hear = (text: string): void => {
      if (opened !== undefined) return;
      last = text;
      if (link === undefined) {
        link = linkIn(text, pattern.link);
        const found = link;
        if (found && pattern.ready) timers.push(setTimeout(() => open(found), patience)); // another version may word it otherwise
        else if (found) open(found);
        else if (/\bhttp:\/\/(?!localhost|127\.|\[)/.test(text)) endAfter(patience, "plain_http");
      }
      if (link !== undefined && pattern.ready?.test(text) === true) open(link);
    };
    endAfter(opening, "no_link");
    const running = new TunnelProcess(command, {
      line: hear,
      exit: () => {
        for (const timer of timers) clearTimeout(timer);
        this.#process = undefined;
        if (link !== undefined && opened !== undefined) onHost(link.hostname, false);
        if (opened !== undefined && performance.now() - opened > settled) this.#failures = 0;
        if (opened === undefined && last !== "" && !this.#closed.signal.aborted) log.info(`tunnel: ${last}`);
        this.#fail(fault);
      },
    });
    this.#process = running;
  }

  #fail(code: LinkFaultCode): void {
    if (this.#closed.signal.aborted) return;
    const delay = Math.min(this.#timing.longest, this.#timing.retry * 2 ** this.#failures);
    this.#failures += 1;
    this.#timer = setTimeout(() => void this.#open(), delay);
    this.#set({ state: "failed", code, retry: Date.now() + delay });
  }

  #set(status: LinkStatus): void {
    this.#status = status;
    for (const listener of this.#listeners) listener(status);
  }
}

/** A link that can be shared: https, and nothing but a host. */
function linkIn(text: string, pattern: RegExp): URL | undefined {
  const found = pattern.exec(text)?.[1];
  const url = found === undefined ? null : URL.parse(found);
  return url?.protocol === "https:" && url.username === "" && url.password === "" ? url : undefined;
}
