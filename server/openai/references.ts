import { EngineError } from "../../inference/errors.ts";
import { ApiFault, invalid } from "./fault.ts";

/** What an address in a request leads to. */
export type Reference =
  | { type: "upload"; id: string }
  | { type: "url"; url: string }
  /** Base64. */
  | { type: "data"; base64: string };

/** A medium of a request. */
export interface MediumReference {
  /** Where it stands in the body. */
  param: string;
  kind: "image" | "video";
  /** One file, or the frames of a clip. */
  files: readonly Reference[];
  /** Whether `files` are frames. */
  listed: boolean;
}

const uploadPath = /^\/api\/media\/([0-9a-f]{64})$/;
const dataUrl = /^data:(image|video)\/[a-z\d.+-]{1,64};base64,/i;
/** How vLLM's clients send the frames of a clip: one after the other, with commas between. */
const frameListUrl = /^data:video\/jpeg;base64,/i;
const longestUrl = 2048;

export interface ReferenceContext {
  param: string;
  kind: "image" | "video";
  /** The Host header: an address of ours names an upload. */
  host: string;
  /** Frames of a clip at most. */
  mostFrames: number;
}

/**
 * Text is never an address, and an address is one of four things: an upload of the caller's own, http:, https: or a data URL.
 *
 * @throws ApiFault; EngineError video_too_many_frames before anything is decoded
 */
export function mediumReference(address: string | readonly string[], context: ReferenceContext): MediumReference {
  const { param, kind } = context;
  if (typeof address !== "string") {
    checkFrames(address.length, context);
    const files = address.map((frame, index) => fileReference(frame, { ...context, kind: "image", param: `${param}[${index}]` }));
    return { param, kind, files, listed: true };
  }
  const list = kind === "video" ? frameListUrl.exec(address)?.[0] : undefined;
  if (list === undefined) return { param, kind, files: [fileReference(address, context)], listed: false };
  checkFrames(countCommas(address, list.length) + 1, context);
  return { param, kind, files: address.slice(list.length).split(",").map((base64) => ({ type: "data", base64 })), listed: true };
}

function fileReference(address: string, { param, kind, host }: ReferenceContext): Reference {
  if (/^data:/i.test(address.slice(0, 5))) {
    const [prefix, type] = dataUrl.exec(address.slice(0, 128)) ?? [];
    if (prefix === undefined || type?.toLowerCase() !== kind) {
      throw new ApiFault("invalid_url", `Invalid ${param}: a data URL must begin with data:${kind}/…;base64,`, { param });
    }
    return { type: "data", base64: address.slice(prefix.length) };
  }
  if (address.length > longestUrl) throw new ApiFault("invalid_url", `Invalid ${param}: an address has at most ${longestUrl} characters.`, { param });
  const id = /^[0-9a-f]{64}$/.exec(address)?.[0] ?? uploadPath.exec(ownPath(address, host))?.[1];
  if (id !== undefined) return { type: "upload", id };
  if (!/^https?:\/\//i.test(address)) {
    throw new ApiFault("invalid_url", `Invalid ${param}: give an http: or https: address, a data: URL, or an upload of yours as /api/media/<id>.`, { param });
  }
  return { type: "url", url: address };
}

/** An address's path, if it is one of this server; else "". */
function ownPath(address: string, host: string): string {
  if (address.startsWith("/")) return address;
  if (!URL.canParse(address)) return "";
  const url = new URL(address);
  return ["http:", "https:"].includes(url.protocol) && url.host === host.toLowerCase() && url.username === "" && url.password === "" ? url.pathname : "";
}

function checkFrames(frames: number, { param, mostFrames }: ReferenceContext): void {
  if (frames < 1) throw invalid(param, `Invalid ${param}: a list of frames has at least one.`);
  if (frames > mostFrames) throw new EngineError("video_too_many_frames", { name: param, frames, limit: mostFrames });
}

/** Without a list of the pieces: there may be millions. */
function countCommas(text: string, from: number): number {
  let count = 0;
  for (let place = text.indexOf(",", from); place >= 0; place = text.indexOf(",", place + 1)) count += 1;
  return count;
}
