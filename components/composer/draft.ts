import * as z from "zod/mini";
import { uploadedMediaSchema, type MediaChoices, type UploadedMedia } from "../../server/protocol.ts";
import type { PageError } from "../i18n/errorText.ts";
import { attachedTextSchema, type AttachedText } from "../media/attachedText.ts";

/** What is being written: the text and its attachments, each with the state of its upload. */

/** Where the bytes of an attachment come from; asked again at each attempt. */
export type Source =
  | { kind: "file"; file: File }
  /** Drawn when its turn comes, such as a page of a document: many may wait, few are in memory. */
  | { kind: "made"; make: (signal: AbortSignal) => Promise<File> }
  /** Fetched by the server. */
  | { kind: "address"; url: string }
  /** A clip of pictures, `fps` a second. */
  | { kind: "frames"; files: readonly File[]; fps: number };

export type Origin = NonNullable<UploadedMedia["origin"]>;

interface AttachmentBase {
  /** Names the attachment within the draft; the same file may be attached twice. */
  key: string;
  name: string;
  video: boolean;
  origin?: Origin;
}
export type Attachment =
  /** `progress` is undefined while it waits for its turn, or where nobody knows how much there is. */
  | (AttachmentBase & { state: "uploading"; source: Source; progress: number | undefined })
  /** Something that another attempt may mend, such as a lost connection. */
  | (AttachmentBase & { state: "failed"; source: Source; error: PageError })
  | (AttachmentBase & { state: "ready"; media: UploadedMedia })
  | (AttachmentBase & { state: "text"; text: string });

/** A file that was not taken, and why. */
export interface Rejection {
  key: string;
  error: PageError;
}

/** What the reader is asked before files are attached. */
export type Asking =
  /** Which pages. */
  | { kind: "document"; file: File }
  /** Whether these pictures are the frames of one clip, and how fast it is. */
  | { kind: "frames"; files: readonly File[]; name: string };

/** A sent message that is being changed, and what was being written before. */
export interface Editing {
  /** Its turn. */
  turn: string;
  before: Draft;
}

export interface Draft {
  text: string;
  attachments: readonly Attachment[];
  rejections: readonly Rejection[];
  /** One after the other. */
  asking: readonly Asking[];
  /** "Send" was pressed while uploads run: it goes out when they are done. */
  sendWhenReady: boolean;
  editing: Editing | undefined;
}

export const emptyDraft: Draft = { text: "", attachments: [], rejections: [], asking: [], sendWhenReady: false, editing: undefined };

/** What can be written anew or taken up again. */
export interface DraftContent {
  text: string;
  media: readonly UploadedMedia[];
  texts?: readonly AttachedText[] | undefined;
}

export type DraftAction =
  | { type: "typed"; text: string }
  /** In the place of another attachment, or after all others. */
  | { type: "attached"; key: string; name: string; video: boolean; source: Source; origin?: Origin; replaces?: string }
  | { type: "text-attached"; key: string; name: string; text: string }
  /** The words of an attached text go back into the message. */
  | { type: "text-unfolded"; key: string }
  | { type: "progressed"; key: string; progress: number | undefined }
  | { type: "uploaded"; key: string; media: UploadedMedia }
  | { type: "failed"; key: string; error: PageError }
  | { type: "retried"; key: string }
  /** Which part of a clip is looked at, and in how much detail. */
  | { type: "chosen"; key: string; choices: MediaChoices }
  | { type: "rejected"; key: string; error: PageError }
  | { type: "removed"; key: string }
  /** To the place `index` among all attachments. */
  | { type: "moved"; key: string; index: number }
  /** Pictures become one clip, in the place of the first. */
  | { type: "merged"; key: string; keys: readonly string[]; media: UploadedMedia }
  | { type: "asked"; asking: Asking }
  /** The first question is out of the way. */
  | { type: "answered" }
  | { type: "dismissed" }
  | { type: "send-asked"; wanted: boolean }
  | { type: "edit-begun"; turn: string; content: DraftContent }
  | { type: "edit-cancelled" }
  | { type: "sent" }
  | { type: "loaded"; record: DraftRecord };

export function reduceDraft(draft: Draft, action: DraftAction): Draft {
  const { editing } = draft;
  // An upload of what was being written goes on while a sent message is changed.
  if (editing && "key" in action && editing.before.attachments.some(({ key }) => key === action.key)) {
    return { ...draft, editing: { ...editing, before: reduceDraft(editing.before, action) } };
  }
  switch (action.type) {
    case "typed":
      return { ...draft, text: action.text, sendWhenReady: false };
    case "attached":
      return attach(draft, { ...baseOf(action), state: "uploading", source: action.source, progress: undefined }, action.replaces);
    case "text-attached":
      return attach(draft, { ...baseOf({ ...action, video: false }), state: "text", text: action.text });
    case "text-unfolded":
      return unfold(draft, action.key);
    case "progressed":
      return change(draft, action.key, (it) => (it.state === "uploading" ? { ...it, progress: action.progress } : it));
    case "uploaded":
      return change(draft, action.key, (it) => {
        const media = it.origin ? { ...action.media, origin: it.origin } : action.media;
        return { ...baseOf(it), video: media.info.kind === "video", state: "ready", media };
      });
    case "failed":
      return {
        ...change(draft, action.key, (it) => (it.state === "uploading" ? { ...baseOf(it), source: it.source, state: "failed", error: action.error } : it)),
        sendWhenReady: false,
      };
    case "retried":
      return change(draft, action.key, (it) => (it.state === "failed" ? { ...baseOf(it), source: it.source, state: "uploading", progress: undefined } : it));
    case "chosen":
      return change(draft, action.key, (it) => (it.state === "ready" ? { ...it, media: { ...it.media, choices: action.choices } } : it));
    case "rejected":
      return { ...without(draft, [action.key]), rejections: [...draft.rejections, { key: action.key, error: action.error }], sendWhenReady: false };
    case "removed":
      return without(draft, [action.key]);
    case "moved":
      return move(draft, action.key, action.index);
    case "merged": {
      const at = draft.attachments.findIndex(({ key }) => action.keys.includes(key));
      const rest = without(draft, action.keys).attachments;
      const clip: Attachment = { key: action.key, name: action.media.name, video: true, state: "ready", media: action.media };
      return { ...draft, attachments: at < 0 ? [...rest, clip] : rest.toSpliced(at, 0, clip) };
    }
    case "asked":
      return { ...draft, asking: [...draft.asking, action.asking] };
    case "answered":
      return { ...draft, asking: draft.asking.slice(1) };
    case "dismissed":
      return { ...draft, rejections: [] };
    case "send-asked":
      return draft.sendWhenReady === action.wanted ? draft : { ...draft, sendWhenReady: action.wanted };
    case "edit-begun":
      // Editing another message meanwhile: what was being written is still what was there before the first.
      return { ...emptyDraft, ...contentOf(action.content, action.turn), editing: { turn: action.turn, before: editing?.before ?? draft } };
    case "edit-cancelled":
    case "sent":
      return editing?.before ?? emptyDraft;
    case "loaded": {
      const { text, attachments } = contentOf(action.record, "saved");
      // What was typed or attached before the database answered comes after what was saved. Some browsers fill the box themselves.
      return { ...draft, text: draft.text.startsWith(text) ? draft.text : joined(text, draft.text), attachments: [...attachments, ...draft.attachments] };
    }
  }
}

function baseOf({ key, name, video, origin }: AttachmentBase): AttachmentBase {
  return { key, name, video, ...(origin && { origin }) };
}

function attach(draft: Draft, attachment: Attachment, replaces?: string): Draft {
  const at = draft.attachments.findIndex(({ key }) => key === replaces);
  return { ...draft, attachments: at < 0 ? [...draft.attachments, attachment] : draft.attachments.with(at, attachment) };
}

function unfold(draft: Draft, key: string): Draft {
  const attachment = draft.attachments.find((it) => it.key === key);
  if (attachment?.state !== "text") return draft;
  return { ...without(draft, [key]), text: joined(draft.text, attachment.text) };
}

function joined(...texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join("\n\n");
}

function without(draft: Draft, keys: readonly string[]): Draft {
  return { ...draft, attachments: draft.attachments.filter(({ key }) => !keys.includes(key)) };
}

function move(draft: Draft, key: string, index: number): Draft {
  const from = draft.attachments.findIndex((it) => it.key === key);
  const attachment = draft.attachments[from];
  const to = Math.min(Math.max(index, 0), draft.attachments.length - 1);
  if (!attachment || from === to) return draft;
  return { ...draft, attachments: draft.attachments.toSpliced(from, 1).toSpliced(to, 0, attachment) };
}

function change(draft: Draft, key: string, update: (attachment: Attachment) => Attachment): Draft {
  return { ...draft, attachments: draft.attachments.map((it) => (it.key === key ? update(it) : it)) };
}

/** As attachments; `name` makes their keys their own. */
function contentOf({ text, media, texts = [] }: DraftContent, name: string): Pick<Draft, "text" | "attachments"> {
  const pictures = media.map((medium, index): Attachment => ({
    key: `${name}-${index}`,
    name: medium.name,
    video: medium.info.kind === "video",
    ...(medium.origin && { origin: medium.origin }),
    state: "ready",
    media: medium,
  }));
  const folded = texts.map((it, index): Attachment => ({ key: `${name}-text-${index}`, name: it.name, video: false, state: "text", text: it.text }));
  return { text, attachments: [...pictures, ...folded] };
}

export function isUploading(draft: Draft): boolean {
  return draft.attachments.some(({ state }) => state === "uploading");
}

/** The media that would be sent now. */
export function readyMedia({ attachments }: Pick<Draft, "attachments">): UploadedMedia[] {
  return attachments.flatMap((it) => (it.state === "ready" ? [it.media] : []));
}

/** The long texts that would be sent now, before the message. */
export function attachedTexts(draft: Draft): AttachedText[] {
  return draft.attachments.flatMap((it) => (it.state === "text" ? [{ name: it.name, text: it.text }] : []));
}

/** Everything that would be sent now. */
export function contentToSend(draft: Draft): DraftContent {
  const texts = attachedTexts(draft);
  return { text: draft.text.trim(), media: readyMedia(draft), ...(texts.length > 0 && { texts }) };
}

/** Whether there is something to send and nothing that failed would be left behind unnoticed. */
export function canSend(draft: Draft): boolean {
  if (draft.attachments.some(({ state }) => state === "failed")) return false;
  return draft.text.trim() !== "" || draft.attachments.length > 0;
}

/** What of a draft survives a reload: uploads that are still on their way don't. */
export const draftRecordSchema = z.object({
  version: z.literal(1),
  text: z.string(),
  media: z.array(uploadedMediaSchema),
  texts: z.optional(z.array(attachedTextSchema)),
});
export type DraftRecord = z.infer<typeof draftRecordSchema>;

/** While a sent message is changed, what was being written before is what is kept. */
export function toRecord(draft: Draft): DraftRecord {
  if (draft.editing) return toRecord(draft.editing.before);
  const texts = attachedTexts(draft);
  return { version: 1, text: draft.text, media: readyMedia(draft), ...(texts.length > 0 && { texts }) };
}
