import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../config.ts";
import { silentLog } from "../log.ts";
import { eventually } from "../testing/harness.ts";
import { openLink } from "./link.ts";
import type { LinkStatus } from "./protocol.ts";
import { Tunnel, type TunnelTiming } from "./tunnel.ts";
import type { TunnelCommand } from "./tunnelProcess.ts";

const timing: TunnelTiming = { opening: 20_000, patience: 20_000, retry: 20, longest: 50, settled: 60_000 };
const node = JSON.stringify(process.execPath);
const printing = (code: string): string => `${node} -e ${JSON.stringify(code)}`;

interface Opened extends AsyncDisposable {
  tunnel: Tunnel;
  /** Every status that it had. */
  seen: LinkStatus[];
  hosts: string[];
}

function open(line: string, changed: Partial<TunnelTiming> = {}): Opened {
  const hosts: string[] = [];
  const config = { command: line, path: "", cacheFolder: undefined };
  const tunnel = openLink({ config, port: 4711, timing: { ...timing, ...changed }, log: silentLog, onHost: (host, on) => void hosts.push(`${on ? "+" : "-"}${host}`) });
  const seen: LinkStatus[] = [];
  tunnel.onStatus((status) => seen.push(status));
  return { tunnel, seen, hosts, [Symbol.asyncDispose]: () => tunnel[Symbol.asyncDispose]() };
}

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("the first https link that a command prints is the link, and the command knows where it is to lead", async () => {
  await using opened = open(printing("console.log('to {url} {port}'); console.error('at https://abc.example/path?x=1.'); setInterval(() => 0, 1000)"));
  await eventually(() => opened.tunnel.status).toEqual({ state: "open", url: "https://abc.example" });
  expect(opened.hosts).toEqual(["+abc.example"]);
  const { pid = 0 } = opened.tunnel;
  await opened.tunnel[Symbol.asyncDispose]();
  expect(alive(pid)).toBe(false);
  expect(opened.hosts).toEqual(["+abc.example", "-abc.example"]);
});

test("a tunnel that is closed is noticed, shown, and opened again", async () => {
  await using opened = open(printing("console.log('https://abc.example'); setInterval(() => 0, 1000)"));
  await eventually(() => opened.tunnel.status.state).toBe("open");
  process.kill(opened.tunnel.pid ?? 0, "SIGKILL");
  await eventually(() => opened.seen.filter(({ state }) => state === "open").length).toBe(2);
  expect(opened.seen.map((status) => (status.state === "failed" ? status.code : status.state))).toEqual(["open", "ended", "opening", "open"]);
  expect(opened.hosts).toEqual(["+abc.example", "-abc.example", "+abc.example"]);
});

test("attempts that fail come at longer and longer intervals, up to the longest, or when they are asked for", async () => {
  await using opened = open("exit 3", { retry: 40_000, longest: 60_000 });
  await eventually(() => opened.tunnel.status).toMatchObject({ state: "failed", code: "start" });
  const wait = (): number => (opened.tunnel.status.state === "failed" ? opened.tunnel.status.retry - Date.now() : 0);
  expect(wait()).toBeLessThanOrEqual(40_000);
  for (const attempts of [2, 3]) {
    opened.tunnel.retry();
    await eventually(() => opened.seen.filter(({ state }) => state === "failed").length).toBe(attempts);
    expect(wait()).toBeGreaterThan(50_000);
    expect(wait()).toBeLessThanOrEqual(60_000);
  }
});

test("a command without a link, or with an unencrypted one, is ended and says so", async () => {
  const silent = "setInterval(() => 0, 1000)";
  await using none = open(printing(silent), { opening: 1500, retry: 60_000, longest: 60_000 });
  await using plain = open(printing(`console.log('http://abc.example'); ${silent}`), { patience: 50, retry: 60_000, longest: 60_000 });
  await eventually(() => none.tunnel.status).toMatchObject({ state: "failed", code: "no_link" });
  await eventually(() => plain.tunnel.status).toMatchObject({ state: "failed", code: "plain_http" });
  expect(none.tunnel.pid).toBeUndefined();
});

test("cloudflared's link is the one of its quick tunnel, once a connection stands", async () => {
  const output = "console.error('see https://developers.cloudflare.com and https://api.trycloudflare.com'); console.error('|  https://a-b-c.trycloudflare.com  |');";
  const program = (rest: string): TunnelCommand => ({ kind: "program", path: process.execPath, args: ["-e", `${output} ${rest} setInterval(() => 0, 1000)`] });
  const pattern = { link: /(https:\/\/(?!api\.)[a-z0-9-]+\.trycloudflare\.com)/, ready: /Registered tunnel connection/ };
  const parts = { pattern, timing: { ...timing, opening: 1500, retry: 60_000, longest: 60_000 }, log: silentLog, onHost: () => undefined };
  await using standing = new Tunnel({ ...parts, command: () => Promise.resolve(program("setTimeout(() => console.error('INF Registered tunnel connection connIndex=0'), 50);")) });
  await using without = new Tunnel({ ...parts, command: () => Promise.resolve(program("")) });
  await using otherwise = new Tunnel({ ...parts, timing: { ...timing, patience: 50 }, command: () => Promise.resolve(program("")) });
  await eventually(() => standing.status).toEqual({ state: "open", url: "https://a-b-c.trycloudflare.com" });
  await eventually(() => otherwise.status.state).toBe("open");
  await eventually(() => without.status).toMatchObject({ state: "failed", code: "no_link" });
});

test("a server that is killed leaves no tunnel behind", async () => {
  const code = `
    const { TunnelProcess } = await import(${JSON.stringify(join(import.meta.dirname, "tunnelProcess.ts"))});
    const line = ${JSON.stringify(printing("console.log(process.pid); setInterval(() => 0, 1000)"))};
    new TunnelProcess({ kind: "shell", line }, { line: (text) => console.log(text), exit: () => undefined });
    setInterval(() => 0, 1000);`;
  const server = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], { cwd: projectRoot, stdio: ["ignore", "pipe", "inherit"] });
  const pid = await new Promise<number>((resolve) => server.stdout.once("data", (data: Buffer) => resolve(Number(data.toString("utf8")))));
  expect(alive(pid)).toBe(true);
  server.kill("SIGKILL");
  await eventually(() => alive(pid)).toBe(false);
});
