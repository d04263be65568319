/**
 * About how many tokens a text is, for Qwen's tokenizer: it splits a text before it merges, so that words, digits and
 * signs can be counted apart. Only what is not sent yet is estimated so; what was sent the engine has counted.
 */
export function estimateTokens(text: string): number {
  if (text.length <= sampleLength * samples) return Math.ceil(sumOfPieces(text));
  // Of a very long text some samples are enough, so that it can be counted at every key.
  const step = (text.length - sampleLength) / (samples - 1);
  const sampled = Array.from({ length: samples }, (_, index) => sumOfPieces(text.slice(Math.floor(index * step), Math.floor(index * step) + sampleLength)));
  return Math.ceil((sampled.reduce((sum, tokens) => sum + tokens, 0) * text.length) / (sampleLength * samples));
}

/** Remembers the estimates of so many texts. */
const remembered = 1000;

/** The same, and each text is read once: those of a conversation are estimated again and again. */
export function rememberedEstimates(): (text: string) => number {
  const known = new Map<string, number>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const tokens = estimateTokens(text);
    if (known.size >= remembered) known.clear();
    known.set(text, tokens);
    return tokens;
  };
}

const samples = 4;
/** Characters. */
const sampleLength = 5000;

function sumOfPieces(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(pieces)) tokens += tokensOf(piece);
  return tokens;
}

const cjk = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
/** Runs of one kind, as in the tokenizer's own pattern; a space belongs to the word that follows. */
const pieces = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+|\p{N}|[\p{L}\p{M}]+|[^\s\p{L}\p{M}\p{N}]+|\s*\n\s*|[^\S\n]{2,}/gu;

function tokensOf(piece: string): number {
  if (cjk.test(piece)) return piece.length * 0.65;
  if (/^[a-z]/i.test(piece)) return piece.length <= 7 ? 1 : 1 + (piece.length - 7) / 5;
  if (/^\p{L}/u.test(piece)) return piece.length / 2.5;
  if (/^\s/.test(piece)) return 1;
  return /^\p{N}/u.test(piece) ? 1 : Math.ceil(piece.length / 2);
}
