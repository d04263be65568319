import type { EngineErrorCode, ErrorParams, WireError } from "./errors.ts";

/**
 * What happened and what to do next, in English: for the command line, the console and the `message` of HTTP errors.
 * The page has its own translations, by code and params.
 */
export function explain(error: WireError): string {
  return sentences[error.code](new Figures(error.params));
}

const sentences: Record<EngineErrorCode, (figures: Figures) => string> = {
  image_format: (f) => `${f.name()} is not a picture that can be read${f.format()}. Save it as JPEG, PNG, WebP or GIF and try again.`,
  image_corrupt: (f) => `${f.name()} is damaged and cannot be read as a picture. Open it in an image program, save it again and retry.`,
  image_too_large: (f) =>
    `${f.name()} has ${f.size()} pixels; at most ${f.count("limit", "the allowed number of")} pixels can be read. Make the picture smaller and try again.`,
  aspect_ratio: (f) =>
    `${f.name()} is too long and narrow (${f.size()}): one side may be at most ${f.count("limit", "200")} times the other. Crop it and try again.`,
  media_empty: (f) => `${f.name()} is empty. Choose the file again.`,
  media_too_large: (f) => `${f.name()} is larger than ${f.bytes("limit")}. Make it smaller or shorter and try again.`,
  media_missing: (f) => `${f.name()} is no longer here. Attach it again and resend the message.`,
  media_pixels_exceeded: (f) =>
    `The pictures and clips of this conversation have ${f.count("megapixels", "too many")} megapixels in all; at most ${f.count("limit", "the allowed number of")} can be read. Remove some, make them smaller, choose fewer frames of clips, or start a new conversation.`,
  video_format: (f) =>
    `${f.name()} is not a clip that can be read${f.format()}. Convert it to MP4 (H.264) and try again.`,
  video_no_stream: (f) => `${f.name()} contains no pictures, only sound or data. Choose a clip with a video track.`,
  video_too_many_streams: (f) => `${f.name()} has more than ${f.count("limit", "the allowed number of")} streams of pictures, sound and texts. Save only its video and try again.`,
  video_corrupt: (f) => `${f.name()} is damaged and cannot be read as a clip. Convert it to MP4 (H.264) and try again.`,
  video_codec: (f) => `${f.name()} uses the codec ${f.text("codec", "of an unknown kind")}, which is not supported. Convert it to MP4 (H.264) and try again.`,
  video_too_long: (f) =>
    `${f.name()} lasts ${f.count("seconds", "too many")} seconds; at most ${f.count("limit", "the allowed number of")} are allowed. Cut it and try again.`,
  video_too_many_frames: (f) =>
    `${f.name()} would need ${f.count("frames", "too many")} frames; at most ${f.count("limit", "the allowed number of")} are allowed. Lower the frame rate or cut the clip.`,
  video_range: (f) =>
    `The range from ${f.text("start", "the start")} to ${f.text("end", "the end")} seconds is not inside ${f.name()}, which lasts ${f.text("duration", "fewer")} seconds. Change its start or end.`,
  video_options: (f) => `The settings for ${f.name()} do not go together${f.reason()}. Change them and try again.`,
  ffmpeg_missing: () => "Clips need ffmpeg, which was not found. Install ffmpeg or set FFMPEG_PATH, and start again. Pictures work without it.",
  url_invalid: () => "This is not an address that can be fetched: it must begin with http:// or https:// and hold no user name. Correct it, or attach the file instead.",
  url_not_allowed: () => "This address is not fetched: there is no such host, or it is not on the public internet. Check it, or download the file and attach it instead.",
  fetch_slow: (f) => `The file came too slowly: it must be here within ${f.count("seconds", "a few")} seconds. Download it and attach it, or allow more time with QWEN_DEMO_FETCH_SECONDS.`,
  fetch_failed: () => "The address could not be fetched. Check it, or download the file and attach it instead.",
  context_length_exceeded: (f) =>
    `The conversation needs ${f.count("tokens", "more")} tokens, but the model can read ${f.count("limit", "fewer")}. Shorten it, remove media or start a new conversation.`,
  invalid_request: (f) => `The request could not be used${f.reason()}. Correct it and try again.`,
  checkpoint_missing_file: (f) =>
    `The folder ${f.text("folder", "given")} holds no complete checkpoint: ${f.text("file", "a file")} is missing. Give the folder of a downloaded Qwen3-VL checkpoint.`,
  checkpoint_corrupt: (f) => `The checkpoint is damaged: ${f.text("file", "one of its files")} cannot be used${f.reason()}. Download it again.`,
  checkpoint_unsupported: (f) =>
    `Checkpoints of type ${f.text("model_type", "unknown")} are not supported. Give a Qwen3-VL checkpoint (model_type qwen3_vl or qwen3_vl_moe).`,
  hub_unreachable: (f) =>
    `${f.name()} could not be downloaded: ${f.text("endpoint", "the Hub")} cannot be reached. Check the connection and start again; the download goes on where it ended.`,
  hub_denied: (f) =>
    `${f.name()} may not be downloaded: it is private, needs its terms to be accepted on ${f.text("endpoint", "the Hub")}, or does not exist. Check the name, or set HF_TOKEN to a token that has access.`,
  hub_not_found: (f) => `${f.name()} does not exist on ${f.text("endpoint", "the Hub")}. Check the name, or give a folder.`,
  model_disk_full: (f) => `There is not enough room for the model in ${f.text("folder", "its folder")}${f.needed()}. Free some, or choose other folders with --cache-dir and HF_HUB_CACHE.`,
  memory_exceeded: (f) =>
    `The model needs ${f.count("needed", "more")} MiB (weights ${f.count("weights", "?")} as ${f.text("dtype", "they are")}, ${f.count("slots", "some")} conversations of ${f.count("context", "some")} tokens ${f.count("cache", "?")}), and ${f.count("available", "less")} MiB can be used. Start with --dtype int4-block128, a smaller --max-context or fewer --slots.`,
  out_of_memory: () => "There was not enough memory for this. Use fewer or smaller media, or shorten the conversation.",
  worker_restarted: () => "The model stopped unexpectedly and is starting again. Send the message again.",
  worker_unavailable: () => "The model keeps stopping and was switched off for now. See the console where the demo runs, then start it again.",
  engine_unreachable: (f) => `The engine at ${f.text("host", "its address")} cannot be reached${f.reason()}. Check that it runs and that --engine-url is right; it is tried again by itself.`,
  engine_tls: (f) =>
    `There is no safe connection to the engine at ${f.text("host", "its address")}${f.reason()}. Correct --engine-url or its certificate; one of your own is trusted with NODE_EXTRA_CA_CERTS.`,
  engine_key: (f) => `The engine at ${f.text("host", "its address")} does not accept the key. Give the right one with QWEN_DEMO_ENGINE_KEY or --engine-key and start again.`,
  engine_model: (f) => `The engine at ${f.text("host", "its address")} has no such model${f.among("model", "models")}. Choose one of its own with --engine-model and start again.`,
  engine_address: (f) => `At ${f.text("host", "this address")} there is no OpenAI-compatible API. Correct --engine-url, which usually ends with /v1.`,
  engine_busy: (f) => `The engine at ${f.text("host", "its address")} has too much to do. Try again in ${f.text("seconds", "a few")} seconds.`,
  engine_refused: (f) => `The engine refused the request${f.detail()}. Change the settings or the message and try again.`,
  engine_failed: (f) => `The engine at ${f.text("host", "its address")} failed${f.detail()}. Try again; if it happens again, look at its own log.`,
  engine_lost: (f) => `The connection to the engine at ${f.text("host", "its address")} broke off during the answer. Ask again.`,
  queue_full: (f) =>
    `Too many requests are waiting (at most ${f.count("limit", "a few")}). Try again ${f.has("seconds") ? `in about ${f.count("seconds", "a few")} seconds` : "in a moment"}.`,
  disk_full: () => "There is not enough disk space for this file. Text still works; free some space and try again.",
  internal: () => "Something went wrong on our side. Try again; if it happens again, see the console where the demo runs.",
};

/** Params as text; every one may be missing, so each has a word to stand in. */
class Figures {
  readonly #params: ErrorParams;

  constructor(params: ErrorParams) {
    this.#params = params;
  }

  has(key: string): boolean {
    return key in this.#params && this.#params[key] !== "";
  }

  text(key: string, otherwise: string): string {
    return this.has(key) ? String(this.#params[key]) : otherwise;
  }

  name(): string {
    return this.has("name") ? `“${this.text("name", "")}”` : "The file";
  }

  count(key: string, otherwise: string): string {
    const value = this.#params[key];
    return typeof value === "number" ? value.toLocaleString("en-US") : this.text(key, otherwise);
  }

  size(): string {
    return `${this.text("width", "?")} × ${this.text("height", "?")}`;
  }

  bytes(key: string): string {
    const value = this.#params[key];
    if (typeof value !== "number") return "allowed";
    return value >= mebibyte ? `${Math.round(value / mebibyte)} MiB` : `${Math.ceil(value / 1024)} KiB`;
  }

  /** How many more bytes something takes, where that is known. */
  needed(): string {
    const value = this.#params.bytes;
    return typeof value === "number" ? ` (${(value / 1e9).toFixed(1)} GB are needed)` : "";
  }

  /** What the file is instead, where that is known. */
  format(): string {
    const format = this.text("format", "unknown");
    return format === "unknown" ? "" : ` (it is ${format})`;
  }

  /** What an engine elsewhere says. */
  detail(): string {
    return this.has("detail") ? `: “${this.text("detail", "")}”` : "";
  }

  /** What was looked for, and where. */
  among(wanted: string, known: string): string {
    const found = this.has(known) ? `, only ${this.text(known, "")}` : "";
    return `${this.has(wanted) ? ` as “${this.text(wanted, "")}”` : ""}${found}`;
  }

  reason(): string {
    return this.has("reason") ? ` (${this.text("reason", "")})` : "";
  }
}

const mebibyte = 1024 * 1024;
