import { expect, test } from "vitest";
import { parseAnswer, shareOf, uploadFile } from "./upload.ts";

test("an upload that was cancelled before it began ends at once", async () => {
  const upload = uploadFile(new File(["a"], "a.png"), { signal: AbortSignal.abort(), onProgress: () => undefined });
  await expect(upload).rejects.toMatchObject({ name: "AbortError" });
});

test("an answer that is not in the agreed form is none", () => {
  expect(parseAnswer(502, "<html>Bad gateway</html>")).toBeUndefined();
  expect(parseAnswer(200, "{}")).toBeUndefined();
  const error = { message: "Too large.", type: "invalid_request_error", code: "media_too_large", param: null, params: { limit: 1 } };
  expect(parseAnswer(413, JSON.stringify({ error }))).toEqual(error);
});

test("only the page of a share names one", () => {
  const id = "0123456789abcdef0123456789abcdef";
  expect([`/shared/${id}`, `/shared/${id}/`, "/shared", "/", `/shared/${id}/media`].map(shareOf)).toEqual([id, id, undefined, undefined, undefined]);
});
