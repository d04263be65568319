import { afterEach, expect, it, vi } from "vitest";
import { picture } from "../chat/testing.ts";
import type { FetchReport } from "../../server/protocol.ts";
import { fetchAddress } from "./fetchAddress.ts";
import { UploadError } from "./upload.ts";

afterEach(() => vi.unstubAllGlobals());

/** An answer in pieces that don't end where lines end. */
function answer(reports: readonly FetchReport[]): Response {
  const bytes = new TextEncoder().encode(reports.map((report) => `${JSON.stringify(report)}\n`).join(""));
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.slice(at, at + 7));
      controller.close();
    },
  });
  return new Response(body);
}

async function ask(response: Response): Promise<{ progress: (number | undefined)[]; result: unknown }> {
  const progress: (number | undefined)[] = [];
  vi.stubGlobal("fetch", () => Promise.resolve(response));
  const result = await fetchAddress("https://example.com/a.png", { signal: new AbortController().signal, onProgress: (it) => progress.push(it) }).catch(
    (fault: unknown) => (fault instanceof UploadError ? fault.error : fault),
  );
  return { progress, result };
}

it("tells how far it is, and gives what was fetched", async () => {
  const { progress, result } = await ask(answer([{ type: "progress", bytes: 5, total: 10 }, { type: "progress", bytes: 9 }, { type: "done", media: picture }]));
  expect(progress).toEqual([0.5, undefined]);
  expect(result).toEqual(picture);
});

it("fails with the code of the server, before and after the first byte, and where the answer breaks off", async () => {
  const error = { message: "", type: "", code: "image_format", param: null, params: { name: "a.png", format: "HTML" } } as const;
  const refused = new Response(JSON.stringify({ error: { ...error, code: "url_not_allowed", params: {} } }), { status: 403 });
  expect((await ask(refused)).result).toEqual({ code: "url_not_allowed", params: { name: "https://example.com/a.png" } });
  expect((await ask(answer([{ type: "progress", bytes: 5 }, { type: "failed", error }]))).result).toEqual({ code: "image_format", params: error.params });
  expect((await ask(answer([{ type: "progress", bytes: 5 }]))).result).toMatchObject({ code: "network" });
  expect((await ask(new Response("<html>", { status: 500 }))).result).toMatchObject({ code: "internal" });
});
