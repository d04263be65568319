import type { FinishReason, GenerationEvent } from "../../inference/events.ts";
import type { ServerMessage, UploadedMedia } from "../../server/protocol.ts";
import type { WebSocketLike } from "./socket.ts";

/** A WebSocket whose other end is the test. */
export class TestSocket implements WebSocketLike {
  readyState = 0;
  onopen: WebSocketLike["onopen"] = null;
  onclose: WebSocketLike["onclose"] = null;
  onmessage: WebSocketLike["onmessage"] = null;
  onerror: WebSocketLike["onerror"] = null;
  readonly sent: unknown[] = [];

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.(new Event("open"));
  }

  lose(): void {
    this.readyState = 3;
    this.onclose?.(Object.assign(new Event("close"), { code: 1006, reason: "", wasClean: false }));
  }

  receive(message: unknown): void {
    this.onmessage?.(new MessageEvent("message", { data: JSON.stringify(message) }));
  }
}

export const text = (delta: string, tokens: number): GenerationEvent => ({ type: "text", delta, tokens });

export const finish = (reason: FinishReason, tokens = 1): GenerationEvent => ({
  type: "finish",
  reason,
  usage: { prompt_tokens: 10, completion_tokens: tokens, image_tokens: 0, video_tokens: 0, cached_tokens: 0 },
  timings: { media_ms: 0, vision_ms: 0, prefill_ms: 1, decode_ms: 1, first_token_ms: 1, tokens_per_second: 10 },
});

export const event = (run: string, seq: number, content: GenerationEvent): ServerMessage => ({ type: "event", run, seq, event: content });

export const picture: UploadedMedia = {
  id: "a".repeat(64),
  name: "circle.png",
  bytes: 100,
  mime: "image/png",
  info: { kind: "image", format: "png", width: 256, height: 256, resizedWidth: 256, resizedHeight: 256, tokens: 64 },
};
