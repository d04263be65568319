/** Bytes a second that a message must bring after its first seconds. */
const bytesPerSecond = 10_000;
const fin = 0x80;
const control = 0x08;

/**
 * Follows the frames of a WebSocket (RFC 6455, section 5.2) as far as to know since when a message has been under way: `ws` says
 * only when one is whole. Control frames do not count, so that pings in between buy no time.
 */
export class FrameWatch {
  readonly #now: () => number;
  /** Milliseconds of the clock; undefined between messages. */
  #since: number | undefined;
  #bytes = 0;
  /** Of the present frame: bytes of its header, and how many of its body are still to come. */
  #header: number[] = [];
  #left = 0;
  #inMessage = false;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  feed(chunk: Uint8Array): void {
    let place = 0;
    while (place < chunk.length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.length - place);
        this.#left -= taken;
        place += taken;
        this.#bytes += taken;
        if (this.#left === 0) this.#endFrame();
        continue;
      }
      if (this.#since === undefined) {
        this.#since = this.#now();
        this.#bytes = 0;
      }
      this.#header.push(chunk[place] ?? 0);
      place += 1;
      const length = bodyLength(this.#header);
      if (length === undefined) continue;
      this.#left = length;
      if (length === 0) this.#endFrame();
    }
  }

  /** Whether a message takes longer than `grace` milliseconds and the time that its bytes may take besides. */
  isLate(grace: number): boolean {
    return this.#since !== undefined && this.#now() - this.#since > grace + (this.#bytes / bytesPerSecond) * 1000;
  }

  #endFrame(): void {
    const first = this.#header[0] ?? 0;
    if ((first & control) === 0) this.#inMessage = (first & fin) === 0;
    this.#header = [];
    if (!this.#inMessage) this.#since = undefined;
  }
}

/** Of the frame and its mask, once enough of its header is there. */
function bodyLength(header: readonly number[]): number | undefined {
  const [, second] = header;
  if (second === undefined) return undefined;
  const mask = (second & 0x80) === 0 ? 0 : 4;
  const short = second & 0x7f;
  if (short < 126) return header.length === 2 ? short + mask : undefined;
  const extended = short === 126 ? 2 : 8;
  if (header.length < 2 + extended) return undefined;
  return header.slice(2).reduce((value, byte) => value * 256 + byte, 0) + mask;
}
