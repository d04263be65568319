import { fetchReportSchema, httpErrorSchema, type UploadedMedia } from "../../server/protocol.ts";
import { UploadError } from "./upload.ts";

export interface FetchOptions {
  signal: AbortSignal;
  /** 0 to 1; undefined where the other server doesn't say how much there is. */
  onProgress: (fraction: number | undefined) => void;
}

/**
 * Has the server fetch a picture or clip, which checks it and says what it will cost.
 * @throws UploadError with the server's code, or `network`; the signal's reason when aborted.
 */
export async function fetchAddress(url: string, { signal, onProgress }: FetchOptions): Promise<UploadedMedia> {
  const fail = (code: "network" | "internal") => new UploadError({ code, params: { name: url } });
  try {
    const response = await fetch("/api/media/url", { method: "POST", body: JSON.stringify({ url }), headers: { "Content-Type": "application/json" }, signal });
    if (!response.ok || !response.body) throw refusal(await response.text(), url) ?? fail("internal");
    for await (const line of lines(response.body)) {
      const report = fetchReportSchema.parse(JSON.parse(line));
      switch (report.type) {
        case "progress":
          onProgress(report.total === undefined ? undefined : Math.min(report.bytes / report.total, 1));
          break;
        case "failed":
          throw new UploadError({ code: report.error.code, params: { name: url, ...report.error.params } });
        case "done":
          return report.media;
      }
    }
    throw fail("network"); // it ended before its end
  } catch (fault) {
    signal.throwIfAborted();
    throw fault instanceof UploadError ? fault : fail("network");
  }
}

function refusal(body: string, url: string): UploadError | undefined {
  try {
    const { error } = httpErrorSchema.parse(JSON.parse(body));
    return new UploadError({ code: error.code, params: { name: url, ...error.params } });
  } catch {
    return undefined;
  }
}

async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n");
    rest = parts.pop() ?? "";
    yield* parts.filter((line) => line !== "");
  }
}
