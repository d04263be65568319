import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { pageSources } from "./pageSources.ts";

let root: string;

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "page-sources-"));
});
afterEach(() => rmSync(root, { recursive: true }));

it("lists the page, what it imports from elsewhere, and the configuration", () => {
  write("next.config.js", "");
  write("app/page.tsx", `import "./globals.css";\nimport { Chat } from "../components/chat/Chat.tsx";\nconst later = import("../public/later.ts");`);
  write("app/globals.css", "");
  write("components/chat/Chat.tsx", `import type { Part } from "../../server/protocol.ts";\nimport { z } from "zod";`);
  write("components/chat/Chat.test.tsx", `import "../../server/main.ts";`);
  write("public/later.ts", "");
  write("server/protocol.ts", `export { code } from "../inference/errors.ts";`);
  write("server/main.ts", "");
  write("inference/errors.ts", `import "../server/protocol.ts";`);
  write("inference/worker.ts", "");

  expect(pageSources(root)).toEqual([
    "app/globals.css",
    "app/page.tsx",
    "components/chat/Chat.tsx",
    "inference/errors.ts",
    "next.config.js",
    "public/later.ts",
    "server/protocol.ts",
  ]);
});

it("is empty where there is nothing", () => {
  expect(pageSources(root)).toEqual([]);
});
