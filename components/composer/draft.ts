import { z } from "zod";
import { uploadedMediaSchema, type UploadedMedia } from "../../server/protocol.ts";
import type { PageError } from "../i18n/errorText.ts";

/** What is being written: the text and its attachments, each with the state of its upload. */

interface AttachmentBase {
  /** Names the attachment within the draft; the same file may be attached twice. */
  key: string;
  name: string;
  video: boolean;
}
export type Attachment =
  | (AttachmentBase & { state: "uploading"; file: File; progress: number })
  /** Something that another attempt may mend, such as a lost connection. */
  | (AttachmentBase & { state: "failed"; file: File; error: PageError })
  | (AttachmentBase & { state: "ready"; media: UploadedMedia });

/** A file that was not taken, and why. */
export interface Rejection {
  key: string;
  error: PageError;
}

export interface Draft {
  text: string;
  attachments: readonly Attachment[];
  rejections: readonly Rejection[];
  /** "Send" was pressed while uploads run: it goes out when they are done. */
  sendWhenReady: boolean;
}

export const emptyDraft: Draft = { text: "", attachments: [], rejections: [], sendWhenReady: false };

export type DraftAction =
  | { type: "typed"; text: string }
  | { type: "attached"; key: string; file: File; video: boolean }
  | { type: "progressed"; key: string; progress: number }
  | { type: "uploaded"; key: string; media: UploadedMedia }
  | { type: "failed"; key: string; error: PageError }
  | { type: "retried"; key: string }
  | { type: "rejected"; key: string; error: PageError }
  | { type: "removed"; key: string }
  | { type: "dismissed" }
  | { type: "send-asked"; wanted: boolean }
  | { type: "sent" }
  | { type: "loaded"; record: DraftRecord };

export function reduceDraft(draft: Draft, action: DraftAction): Draft {
  switch (action.type) {
    case "typed":
      return { ...draft, text: action.text, sendWhenReady: false };
    case "attached": {
      const { key, file, video } = action;
      return { ...draft, attachments: [...draft.attachments, { key, name: file.name, video, state: "uploading", file, progress: 0 }] };
    }
    case "progressed":
      return change(draft, action.key, (it) => (it.state === "uploading" ? { ...it, progress: action.progress } : it));
    case "uploaded":
      return change(draft, action.key, ({ key, name, video }) => ({ key, name, video, state: "ready", media: action.media }));
    case "failed":
      return {
        ...change(draft, action.key, (it) => (it.state === "uploading" ? { key: it.key, name: it.name, video: it.video, file: it.file, state: "failed", error: action.error } : it)),
        sendWhenReady: false,
      };
    case "retried":
      return change(draft, action.key, (it) => (it.state === "failed" ? { key: it.key, name: it.name, video: it.video, file: it.file, state: "uploading", progress: 0 } : it));
    case "rejected":
      return {
        ...draft,
        attachments: draft.attachments.filter(({ key }) => key !== action.key),
        rejections: [...draft.rejections, { key: action.key, error: action.error }],
        sendWhenReady: false,
      };
    case "removed":
      return { ...draft, attachments: draft.attachments.filter(({ key }) => key !== action.key) };
    case "dismissed":
      return { ...draft, rejections: [] };
    case "send-asked":
      return draft.sendWhenReady === action.wanted ? draft : { ...draft, sendWhenReady: action.wanted };
    case "sent":
      return emptyDraft;
    case "loaded": {
      const media = action.record.media.map((medium, index): Attachment => ({
        key: `saved-${index}`,
        name: medium.name,
        video: medium.info.kind === "video",
        state: "ready",
        media: medium,
      }));
      // What was typed or attached before the database answered comes after what was saved.
      return { ...draft, text: draft.text === "" ? action.record.text : draft.text, attachments: [...media, ...draft.attachments] };
    }
  }
}

function change(draft: Draft, key: string, update: (attachment: Attachment) => Attachment): Draft {
  return { ...draft, attachments: draft.attachments.map((it) => (it.key === key ? update(it) : it)) };
}

export function isUploading(draft: Draft): boolean {
  return draft.attachments.some(({ state }) => state === "uploading");
}

/** The media that would be sent now. */
export function readyMedia(draft: Draft): UploadedMedia[] {
  return draft.attachments.flatMap((it) => (it.state === "ready" ? [it.media] : []));
}

/** Whether there is something to send and nothing that failed would be left behind unnoticed. */
export function canSend(draft: Draft): boolean {
  if (draft.attachments.some(({ state }) => state === "failed")) return false;
  return draft.text.trim() !== "" || draft.attachments.length > 0;
}

/** What of a draft survives a reload: uploads that are still on their way don't. */
export const draftRecordSchema = z.object({ version: z.literal(1), text: z.string(), media: z.array(uploadedMediaSchema) });
export type DraftRecord = z.infer<typeof draftRecordSchema>;

export function toRecord(draft: Draft): DraftRecord {
  return { version: 1, text: draft.text, media: readyMedia(draft) };
}
