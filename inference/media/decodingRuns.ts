/**
 * Decoding this many frames costs about as much as starting ffmpeg once more and finding a place in the file.
 */
const framesWorthASeek = 300;

/** Frames that one ffmpeg process decodes: from the beginning of the clip, or after a seek to the first of them. */
export interface DecodingRun {
  seeks: boolean;
  /** Ascending. */
  indices: readonly number[];
}

/**
 * Splits sampled frames into runs, so that what lies between them is decoded only where it is needed to predict them.
 *
 * @param indices sampled frames, ascending
 * @param keyFrames frames that are predicted from no other, ascending
 */
export function decodingRuns(indices: readonly number[], keyFrames: readonly number[]): DecodingRun[] {
  const runs: { seeks: boolean; indices: number[] }[] = [];
  let decoded = 0;
  let key = 0;
  let nextKey = 0;
  for (const index of indices) {
    for (; (keyFrames[nextKey] ?? Infinity) <= index; nextKey++) key = keyFrames[nextKey] ?? key;
    const current = runs.at(-1);
    const seeks = key - decoded > framesWorthASeek;
    if (current && !seeks) current.indices.push(index);
    else runs.push({ seeks, indices: [index] });
    decoded = index;
  }
  return runs;
}
