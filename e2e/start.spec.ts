import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { z } from "zod";
import { DemoServer, projectRoot } from "./demoServer.ts";
import { ChatPage } from "./page.ts";
import { conversation } from "./recorded.ts";

/** What a user sees who starts the program, rightly or not. */

interface Ended {
  code: number;
  /** Lines that were printed, to either stream. */
  lines: string[];
}

async function runDemo(flags: readonly string[], dataFolder: string): Promise<Ended> {
  return new Promise((resolve) => {
    const environment = { ...process.env, QWEN_DEMO_DATA_DIR: dataFolder, QWEN_DEMO_FREE_BYTES: "0" };
    execFile("./run_web_demo.sh", flags, { cwd: projectRoot, env: environment, timeout: 60_000 }, (fault, stdout, stderr) => {
      const lines = `${stdout}${stderr}`.split("\n").filter((line) => line.trim() !== "");
      resolve({ code: fault === null ? 0 : Number(fault.code ?? -1), lines });
    });
  });
}

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "qwen-demo-start-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test("--help names the flags of the original demo and ends", () =>
  withFolder(async (folder) => {
    const { code, lines } = await runDemo(["--help"], folder);
    expect(code).toBe(0);
    for (const flag of ["--checkpoint-path", "--cpu-only", "--flash-attn2", "--inbrowser", "--server-port", "--server-name"]) {
      expect(lines.join("\n")).toContain(flag);
    }
  }));

test("a port in use is said in one line", () =>
  withFolder(async (folder) => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
    try {
      const address = holder.address();
      const port = typeof address === "object" ? String(address?.port) : "";
      const { code, lines } = await runDemo(["--server-port", port], folder);
      expect(lines).toEqual([expect.stringMatching(new RegExp(`${port}.*in use`))]);
      expect(code).toBe(1);
    } finally {
      holder.close();
    }
  }));

test("a folder without a checkpoint: the missing file is named", () =>
  withFolder(async (folder) => {
    const { code, lines } = await runDemo(["-c", folder, "--server-port", "0"], folder);
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringContaining("config.json")]);
  }));

test("a checkpoint of another kind is refused by its model_type", () =>
  withFolder(async (folder) => {
    const checkpoint = path.join(folder, "checkpoint");
    await cp(path.join(projectRoot, "models", "demo"), checkpoint, { recursive: true, filter: (source) => !/training|questions/.test(source) });
    const file = path.join(checkpoint, "config.json");
    const config = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(file, "utf8")));
    await writeFile(file, JSON.stringify({ ...config, model_type: "llama" }));
    const { code, lines } = await runDemo(["-c", checkpoint, "--server-port", "0"], folder);
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringContaining("llama")]);
  }));

test("the page is there before the model is ready, shows its loading, and answers what was asked meanwhile", async ({ page }) => {
  await using server = await DemoServer.start();
  const worker = await server.workerPid();
  process.kill(worker, "SIGSTOP");
  const chat = new ChatPage(page);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(server.url);
  await expect(page.getByText(/Reading the model|Preparing the model|Starting the model/).first()).toBeVisible();
  const [greeting] = conversation("talk").turns;
  await chat.ask(greeting.text);
  const answer = await chat.answer(1);
  await expect(answer).toHaveAttribute("aria-busy", "true");
  process.kill(worker, "SIGCONT");
  expect(await chat.words(await chat.ended(1))).toBe(greeting.answer);
});
