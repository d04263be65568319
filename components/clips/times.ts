/**
 * Times of a clip that a text speaks of: "00:12", "1:02:03.5", "at 3s", "12.5 seconds", "00:12–00:15", "from 3 to 5 seconds",
 * "第12秒", "1分20秒", and `"time": 1.5` of a JSON object. What only looks like one is left out: ratios and scores, times of day,
 * lengths ("for 5 seconds"), decades, and whatever lies behind the end of the clip.
 */

export interface FoundTime {
  /** Characters of the text, the end not included. */
  start: number;
  end: number;
  /** Seconds. */
  seconds: number;
  /** Where the text names the end of a stretch as well; seconds, greater than `seconds`. */
  until?: number;
}

/** One way to write a time or a stretch. */
interface Notation {
  pattern: RegExp;
  /** Seconds of the one or two times; undefined where a field is out of its range. */
  read: (match: RegExpExecArray) => Readable;
  /** What stands around it shows that it is something else. */
  refuse?: (before: string, after: string) => boolean;
}
type Readable = readonly [start: number, end?: number] | undefined;

/** How far around a match it is looked for signs that it is something else; characters. */
const context = 32;

/** A time may lie behind the clip's last frame by the model's rounding; seconds. */
const rounding = 0.5;

const dash = String.raw`\s{0,3}(?:[-–—~～〜]|to|until|till|through|至|到)\s{0,3}`;
const number = String.raw`\d{1,5}(?:\.\d{1,3})?`;

const clock = String.raw`(?:(\d{1,2}):)?(\d{1,2}):(\d{2}(?:\.\d{1,3}|,\d{3}(?!\d))?)`;
const clockPair = String.raw`${clock}(?:${dash}${clock})?`;

const hourUnit = String.raw`(?:hours?|hrs?|h)`;
const minuteUnit = String.raw`(?:minutes?|mins?|m)`;
const secondUnit = String.raw`(?:seconds?|secs?|s)`;
const joint = String.raw`(?:\s{0,3},)?\s{0,3}(?:and\s{1,3})?`;
/** "1 minute and 20 seconds", "1m20s", "12.5 s"; with seconds, or with hours or minutes that are spelt out. */
const spelt = String.raw`(?:(\d{1,2})\s{0,3}${hourUnit}${joint})?(?:(\d{1,3})\s{0,3}${minuteUnit}${joint})?(${number})\s{0,3}${secondUnit}`;
const minutesOnly = String.raw`(\d{1,3})\s{0,3}(?:minutes?|mins?)`;

const chinese = String.raw`第?\s{0,3}(?:(\d{1,2})\s{0,3}(?:小时|时)\s{0,3})?(?:(\d{1,3})\s{0,3}分钟?\s{0,3})?(${number})\s{0,3}秒(?!钟|针|杀|速|表)`;

const notBefore = String.raw`(?<![\w:.$€£¥/\\-])`;
const notAfter = String.raw`(?![\w%/]|[.,:]\d)`;

const notations: readonly Notation[] = [
  {
    pattern: new RegExp(`${notBefore}${clockPair}${notAfter}`, "g"),
    read: ([, ...fields]) => pair(ofClock(fields.slice(0, 3)), fields[4] === undefined ? undefined : ofClock(fields.slice(3, 6))),
    refuse: isNoClockTime,
  },
  {
    // "3–5 seconds", "between 2 and 4 s": the unit stands once.
    pattern: new RegExp(`${notBefore}(${number})(?:${dash}|\\s{1,3}and\\s{1,3})(${number})\\s{0,3}${secondUnit}${notAfter}`, "gi"),
    read: ([whole, start, end]) => (/\band\b/i.test(whole) ? undefined : pair(Number(start), Number(end))),
    refuse: isLength,
  },
  {
    pattern: new RegExp(String.raw`(?<=\bbetween\s{1,2})(${number})\s{1,3}and\s{1,3}(${number})\s{0,3}${secondUnit}${notAfter}`, "gi"),
    read: ([, start, end]) => pair(Number(start), Number(end)),
  },
  {
    pattern: new RegExp(`${notBefore}${spelt}(?:${dash}${spelt})?${notAfter}`, "gi"),
    read: ([, ...fields]) => pair(ofUnits(fields.slice(0, 3)), fields[5] === undefined ? undefined : ofUnits(fields.slice(3, 6))),
    refuse: (before, after) => isLength(before, after) || isNoUnit(before),
  },
  {
    // "the 12-second mark", "12th second"
    pattern: new RegExp(String.raw`${notBefore}(${number})(?:-second(?=\s+(?:mark|point|timestamp|frame)\b)|(?:st|nd|rd|th)\s+second\b)`, "gi"),
    read: ([, seconds]) => [Number(seconds)],
  },
  {
    pattern: new RegExp(String.raw`(?<=\b(?:at|around|by|from|after|until|till|since|near)\s{1,2}(?:(?:about|around)\s{1,2})?)${minutesOnly}${notAfter}`, "gi"),
    read: ([, minutes]) => [Number(minutes) * 60],
    refuse: isLength,
  },
  {
    pattern: new RegExp(String.raw`(?<=\bseconds?\s{1,2})(${number})(?:${dash}(${number}))?${notAfter}`, "gi"),
    read: ([, start, end]) => pair(Number(start), end === undefined ? undefined : Number(end)),
    refuse: (before) => !/\b(?:at|from|around|by|until|the)\s+(?:the\s+)?seconds?\s+$/i.test(before),
  },
  {
    // "3-5秒", "3到5秒"
    pattern: new RegExp(String.raw`第?(?<![\d.:])(${number})${dash}(${number})\s{0,3}秒(?!钟)`, "g"),
    read: ([, start, end]) => pair(Number(start), Number(end)),
    refuse: isChineseLength,
  },
  {
    pattern: new RegExp(`(?<![\\d.:])${chinese}(?:${dash}${chinese})?`, "g"),
    read: ([, ...fields]) => pair(ofUnits(fields.slice(0, 3)), fields[5] === undefined ? undefined : ofUnits(fields.slice(3, 6))),
    refuse: isChineseLength,
  },
  {
    pattern: /(?<="(?:time|timestamp|start|end|start_time|end_time|startTime|endTime|time_start|time_end)"\s{0,2}:\s{0,2})\d+(?:\.\d+)?(?![\d.:])/g,
    read: ([seconds]) => [Number(seconds)],
  },
];

/**
 * The times in reading order; none overlap.
 * @param duration of the clip in seconds
 */
export function findTimes(text: string, duration: number): FoundTime[] {
  const readings = notations.flatMap((notation) => [...readingsOf(notation, text, duration)]);
  // Of two readings of the same words the longer one is meant, also where it says that this is no time.
  readings.sort((a, b) => a.start - b.start || b.end - a.end);
  const found: FoundTime[] = [];
  let end = 0;
  for (const reading of readings) {
    if (reading.start < end) continue;
    end = reading.end;
    if (reading.time !== undefined) found.push(reading.time);
  }
  return found;
}

interface Reading {
  start: number;
  end: number;
  /** Undefined where it only looks like a time of the clip. */
  time: FoundTime | undefined;
}

function* readingsOf({ pattern, read, refuse }: Notation, text: string, duration: number): Generator<Reading> {
  for (const match of text.matchAll(pattern)) {
    const times = read(match);
    if (times === undefined) continue;
    const [from, to] = times;
    const start = match.index;
    const end = start + match[0].length;
    const refused = from > duration + rounding || refuse?.(text.slice(Math.max(0, start - context), start), text.slice(end, end + context));
    const brackets = text[start - 1] === "<" && text[end] === ">" ? 1 : 0;
    const place = { start: start - brackets, end: end + brackets };
    const seconds = Math.min(from, duration);
    const until = Math.min(to ?? 0, duration);
    yield { ...place, time: refused === true ? undefined : { ...place, seconds, ...(until > seconds && { until }) } };
  }
}

function pair(start: number | undefined, end: number | undefined): Readable {
  if (start === undefined) return undefined;
  return end === undefined ? [start] : [start, end];
}

/** Of hours (may be missing), minutes and seconds. */
function ofClock([hours, minutes = "", seconds = ""]: readonly (string | undefined)[]): number | undefined {
  const value = Number(seconds.replace(",", "."));
  if (value >= 60 || (hours !== undefined && Number(minutes) >= 60)) return undefined;
  return Number(hours ?? 0) * 3600 + Number(minutes) * 60 + value;
}

/** Of hours and minutes, which may be missing, and seconds. */
function ofUnits([hours, minutes, seconds = ""]: readonly (string | undefined)[]): number | undefined {
  const larger = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60;
  return (hours ?? minutes) !== undefined && Number(seconds) >= 60 ? undefined : larger + Number(seconds);
}

/** A ratio, a score, a time of day, a verse. */
function isNoClockTime(before: string, after: string): boolean {
  return (
    /\b(?:ratios?|aspect|scores?|scored|odds|scale|proportions?|won|wins|beat|lost|lead|leading|leads|led|tied|chapter|verse)\b[^.;!?\n]{0,12}$/i.test(before) ||
    /(?:比例|比分|比率|宽高比|长宽比|纵横比|得分)[^。；！？\n]{0,4}$/.test(before) ||
    /\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[ T,]*$/.test(before) ||
    /(?:上午|下午|早上|晚上|凌晨|中午)\s{0,3}$/.test(before) ||
    /^\s{0,3}(?:[ap]\.?\s?m\b|o['’]clock|hours\b|aspect|ratio|scale|score|win\b|victory|UTC|GMT|比例|的?比分)/i.test(after)
  );
}

const filler = String.raw`(?:(?:about|approximately|around|roughly|only|just|nearly|almost|exactly|the|a|an|of|at least|at most|up to)\s+)*`;
const lengthBefore = new RegExp(
  String.raw`\b(?:for|lasts?|lasted|lasting|takes?|took|taking|every|within|over|per|next|first|last|final|another|additional|total|totall?ing|duration|length|spans?|spanning|long|each|waits?|waited|pauses?|paused|is|was|runs?)\s+${filler}$`,
  "i",
);

/** How long something lasts, or how far apart it is, instead of when. */
function isLength(before: string, after: string): boolean {
  return (
    lengthBefore.test(before) ||
    /(?:持续|时长|长达|共|每|历时|前|最后|最初)\s{0,3}(?:约|大约)?$/.test(before) ||
    /^[\s-]*(?:long\b|later\b|in (?:length|duration|total)\b|apart\b|each\b|earlier\b|before\b|after\b|of\b|ago\b|intervals?\b|per\b|clips?\b|videos?\b|worth\b|delay\b)/i.test(after)
  );
}

/** "the 80s", "iPhone 5s" */
function isNoUnit(before: string): boolean {
  return /(?:\bthe\s+(?:(?:early|mid|late)[\s-]+)?|\biphone\s+)$/i.test(before);
}

function isChineseLength(before: string, after: string): boolean {
  return /(?:持续|时长|长达|全长|总长|长度|共|每|历时|用时|耗时|前|后|最后|最初|仅|不到|过了|长|间隔|接下来的?)(?:了|为|是|的|有|：|:)?\s{0,3}(?:约|大约|大概)?\s{0,3}$/.test(before) || /^\s{0,3}(?:内|长|的(?:视频|片段|短片|时长|时间)|以内|一次|之久)/.test(after);
}
