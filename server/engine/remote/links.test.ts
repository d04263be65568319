import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../config.ts";
import { RouteTable, route } from "../../http/routes.ts";
import { MediaLinks } from "./links.ts";

test("a link gives the file until it is released or its time is over, and only with its signature", async () => {
  let now = Date.now();
  const links = new MediaLinks("http://page.example", () => now);
  const table = new RouteTable(links.routes(), route("/*", {}, {}));
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => table.find(request.url ?? "").answer({ request, response, owner: "", account: undefined, query: new URLSearchParams() });
    answer().catch(() => response.writeHead(404).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const release: (() => void)[] = [];
  const path = new URL(links.add(join(projectRoot, "inference", "reference", "media", "photo.png"), "image/png", (end) => release.push(end))).pathname;
  const get = async (target: string): Promise<number> => (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${target}`)).status;

  expect(path).not.toContain("photo");
  expect(await get(path)).toBe(200);
  expect(await get(path.replace(/.$/, (last) => (last === "A" ? "B" : "A")))).toBe(404);
  expect(await get(path.replace(/\/(\d+)\//, (_, time: string) => `/${Number(time) + 1}/`))).toBe(404);
  now += 2 * 60 * 60_000;
  expect(await get(path)).toBe(404);
  now -= 2 * 60 * 60_000;
  release[0]?.();
  expect(await get(path)).toBe(404);
  await new Promise((resolve) => server.close(resolve));
});
