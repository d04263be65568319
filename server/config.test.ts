import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { parseCommandLine } from "./config.ts";

test("without flags: the embedded model on localhost:7860", () => {
  const line = parseCommandLine([], {});
  expect(line).toMatchObject({ run: true, config: { host: "127.0.0.1", port: 7860, device: "auto", openBrowser: false } });
  expect(line.run && line.config.checkpoint).toMatch(/models.demo$/);
});

test("the flags of the original demo", () => {
  const line = parseCommandLine(["-c", "/weights", "--cpu-only", "--flash-attn2", "--inbrowser", "--server-port", "8000", "--server-name", "0.0.0.0"], {});
  expect(line).toMatchObject({
    run: true,
    config: { checkpoint: "/weights", device: "cpu", flashAttention: true, openBrowser: true, port: 8000, host: "0.0.0.0" },
  });
});

test("a checkpoint by its name on the Hub, how its weights are stored, and where", () => {
  const line = parseCommandLine(["-c", "Qwen/Qwen3-VL-2B-Instruct", "--dtype", "int4-block128", "--cache-dir", "~/prepared"], {});
  expect(line).toMatchObject({ run: true, config: { checkpoint: "Qwen/Qwen3-VL-2B-Instruct", dtype: "int4-block128", cacheFolder: join(homedir(), "prepared") } });
  const other = parseCommandLine(["-c", "models/demo"], {});
  expect(other.run && other.config.checkpoint).toBe(resolve("models/demo"));
  expect(parseCommandLine(["--dtype", "int3"], {})).toEqual({ run: false, exitCode: 1, text: "--dtype: It must be auto, fp32, fp16, int8, int4, int4-zero-points, int4-block128, int4-block128-zero-points." });
});

test("a longer context by YaRN, within what the model bears", () => {
  expect(parseCommandLine(["--yarn-factor", "2.5"], {})).toMatchObject({ run: true, config: { yarnFactor: 2.5 } });
  expect(parseCommandLine(["--yarn-factor", "5"], {})).toEqual({ run: false, exitCode: 1, text: "--yarn-factor: It must be from 1 to 4." });
  expect(parseCommandLine(["--yarn-factor", "much"], {})).toMatchObject({ run: false, exitCode: 1 });
});


test.each([["--server-port", "99999"], ["--server-port", "abc"], ["--nonsense"], ["stray"]])("%s %s is refused in one line", (...argv) => {
  const line = parseCommandLine(argv, {});
  expect(line).toMatchObject({ run: false, exitCode: 1 });
  expect(line.run || line.text.split("\n")).toHaveLength(1);
});

test("--help lists the flags and not the hidden ones", () => {
  const line = parseCommandLine(["--help"], {});
  expect(line).toMatchObject({ run: false, exitCode: 0 });
  expect(!line.run && line.text).toMatch(/--checkpoint-path[^]*--server-name/);
  expect(!line.run && line.text).not.toMatch(/--dev\b|--worker/);
});

test("the environment sets the data folder and limits, and is checked", () => {
  expect(parseCommandLine([], { QWEN_DEMO_DATA_DIR: "/somewhere", QWEN_DEMO_IMAGE_BYTES: "1000" })).toMatchObject({
    config: { dataFolder: "/somewhere", limits: { imageBytes: 1000 } },
  });
  const wrong = parseCommandLine([], { QWEN_DEMO_IMAGE_BYTES: "many" });
  expect(wrong).toMatchObject({ run: false, exitCode: 1 });
  expect(!wrong.run && wrong.text).toContain("QWEN_DEMO_IMAGE_BYTES");
});

test("a public link has a password of its own unless there are users or it is to have none, and closes the private network", () => {
  const read = (...flags: string[]) => {
    const line = parseCommandLine(flags, { QWEN_DEMO_PRIVATE_URLS: "1", PATH: "/bin" });
    if (!line.run) throw new Error(line.text);
    return line.config;
  };
  const shared = read("--share");
  expect(shared).toMatchObject({ privateUrls: false, share: { link: { command: undefined, path: "/bin" } } });
  expect(shared.share.password).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
  expect(read("--share").share.password).not.toBe(shared.share.password);
  const commanded = read("--share-command", "tunnel {port}").share;
  expect(commanded.link?.command).toBe("tunnel {port}");
  expect(commanded.password).toBeDefined();
  expect(read("--share", "--auth", "ada:secret").share.password).toBeUndefined();
  expect(read("--share-public").share).toMatchObject({ link: {}, password: undefined });
  expect(read()).toMatchObject({ privateUrls: true, share: { link: undefined, password: undefined, conversations: true } });
  expect(read("--no-conversation-sharing").share.conversations).toBe(false);
});

test("who may come in, how many wait, and what is logged", () => {
  const flags = ["--auth", "ann:a:b", "--auth", "bob:b", "--auth-file", "~/users", "--api-key", "key-number-1", "--cors-origin", "https://app.example", "--max-queue", "0", "--max-per-user", "1", "--log-format", "json"];
  const line = parseCommandLine(flags, { QWEN_DEMO_API_KEYS: "key-number-2, key-number-3,", QWEN_DEMO_TRUSTED_PROXIES: "10.0.0.2" });
  expect(line).toMatchObject({
    config: {
      access: { users: ["ann:a:b", "bob:b"], file: join(homedir(), "users"), apiKeys: ["key-number-1", "key-number-2", "key-number-3"] },
      corsOrigins: ["https://app.example"],
      trustedProxies: ["10.0.0.2"],
      logFormat: "json",
      limits: { queue: 0, runsPerSession: 1 },
    },
  });
  expect(parseCommandLine([], {})).toMatchObject({ config: { access: { users: [], file: undefined, apiKeys: [] }, corsOrigins: [], logFormat: "text", limits: { queue: 16, runsPerSession: 3 } } });
});

test.each([["--cors-origin", "*"], ["--cors-origin", "null"], ["--cors-origin", "https://app.example/"], ["--max-queue", "-1"], ["--max-per-user", "0"], ["--log-format", "xml"]])("%s %s is refused in one line", (...argv) => {
  const line = parseCommandLine(argv, {});
  expect(line).toMatchObject({ run: false, exitCode: 1 });
  expect(line.run || line.text).toMatch(new RegExp(`^${argv[0]}: .+$`));
});
