import type { UploadedMedia } from "../../server/protocol.ts";

/** Which of several clips the words of an answer are about: "Video 2", "clip #1", "视频2", "第二个视频" and the like, from there on. */

export interface ClipMention {
  /** Where in the text it stands. */
  at: number;
  /** The clip, counted from 0 among those of the question. */
  clip: number;
}

/** The clips of a question, as words may number them. */
export interface ClipNumbers {
  /** How many there are. */
  count: number;
  /** How many there are in the questions before: the model counts through the whole conversation. */
  before: number;
}

const chineseDigits = "一二三四五六七八九十";
/** `gap`: what may stand between the word and its number. */
const mentionWith = (gap: string): RegExp =>
  new RegExp(
    String.raw`(?:\b(?:video|clip)s?|视频|短片|片段)${gap}(\d{1,2})(?!\d|\s?[:.,：]\d|\s?(?:s|sec|seconds?|秒|fps|%)\b)|第\s?([\d一二三四五六七八九十]{1,2})\s?(?:个|段|部)?(?:视频|短片|片段)|\b(first|second|third|fourth) (?:video|clip)\b`,
    "giu",
  );
const mention = mentionWith(String.raw`[\s#:：_*-]{0,4}`);
/** Also a key with its value: "video": 2. */
const mentionOrKey = mentionWith(String.raw`["'\s#:：_*-]{0,4}`);
const ordinals = ["first", "second", "third", "fourth"];

/** In the order of the text; none where there is only one clip. @param keys whether a key of an object with its value counts */
export function clipMentions(text: string, { count, before }: ClipNumbers, { keys = false }: { keys?: boolean } = {}): ClipMention[] {
  if (count < 2) return [];
  return [...text.matchAll(keys ? mentionOrKey : mention)].flatMap(({ index, 1: digits, 2: nth, 3: ordinal }) => {
    const clip = ordinal === undefined ? ofNumber(digits === undefined ? readNumber(nth ?? "") : Number(digits), { count, before }) : ordinals.indexOf(ordinal.toLowerCase());
    return clip !== undefined && clip >= 0 && clip < count ? [{ at: index, clip }] : [];
  });
}

/** Counted through the conversation, or, where that is none of these, within the question. */
function ofNumber(number: number, { count, before }: ClipNumbers): number | undefined {
  const within = number - before - 1;
  return within >= 0 && within < count ? within : number - 1;
}

function readNumber(text: string): number {
  return /\d/.test(text) ? Number(text) : chineseDigits.indexOf(text) + 1;
}

/** What the words at a place are about: the clip that was named last before it. */
export function clipAt(mentions: readonly ClipMention[], place: number): number | undefined {
  return mentions.findLast(({ at }) => at < place)?.clip;
}

/** A clip among the media of a question. */
export interface NumberedClip {
  /** Its index in the media. */
  index: number;
  /** Seconds. */
  duration: number;
}

export function clipsOf(media: readonly UploadedMedia[]): NumberedClip[] {
  return media.flatMap(({ info }, index) => (info.kind === "video" ? [{ index, duration: info.duration }] : []));
}
