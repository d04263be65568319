import { Store } from "../ui/store.ts";

/**
 * Where a clip is and whether it runs, apart from what shows it: a video element, or frames one after the other. All
 * times are seconds.
 */

export interface Stretch {
  start: number;
  end: number;
}

export interface PlaybackState {
  time: number;
  playing: boolean;
  rate: number;
  /** What is played instead of the whole clip: until its end once, or again and again with `loop`. */
  stretch: Stretch | undefined;
  loop: boolean;
}

/** What shows the clip. It tells of what happens by `Playback.report`. */
export interface Screen {
  play(): void;
  pause(): void;
  seek(seconds: number): void;
  setRate(rate: number): void;
}

/** Where one can step: the times of the frames, ascending; or so many a second. */
export type FrameGrid = readonly number[] | number;

export const rates = [0.25, 0.5, 1, 1.5, 2] as const;

/** A step into a frame, so that rounding does not show the one before it; seconds. */
const intoFrame = 1e-3;

const initial: PlaybackState = { time: 0, playing: false, rate: 1, stretch: undefined, loop: false };

export class Playback {
  readonly duration: number;
  readonly #frames: FrameGrid;
  readonly #store = new Store<PlaybackState, Partial<PlaybackState>>(initial, (state, change) => ({ ...state, ...change }));
  #screen: Screen | undefined;

  constructor(duration: number, frames: FrameGrid) {
    this.duration = duration;
    this.#frames = frames;
  }

  readonly get = (): PlaybackState => this.#store.get();
  readonly subscribe = (listener: () => void): (() => void) => this.#store.subscribe(listener);

  /** From now on `screen` shows the clip, where it is. @returns what ends that. */
  attach(screen: Screen): () => void {
    this.#screen = screen;
    const { time, rate } = this.get();
    screen.setRate(rate);
    if (time > 0) screen.seek(time);
    return () => {
      if (this.#screen === screen) this.#screen = undefined;
      this.#store.dispatch({ playing: false });
    };
  }

  /** What the screen shows now. At the end of a stretch it goes back, or stops. */
  report(change: Partial<Pick<PlaybackState, "time" | "playing">>): void {
    const { stretch, loop } = this.get();
    this.#store.dispatch(change);
    const { time, playing } = this.get();
    if (stretch === undefined || !playing || time < stretch.end) return;
    if (loop) {
      this.#go(stretch.start);
      return;
    }
    this.pause();
    this.#go(stretch.end);
    this.#store.dispatch({ stretch: undefined });
  }

  /** The clip is at its end: a stretch up to there begins again where it loops. */
  ended(): void {
    const { stretch, loop } = this.get();
    if (loop) {
      this.#go(stretch?.start ?? 0);
      this.#screen?.play();
      return;
    }
    this.#store.dispatch({ playing: false, stretch: undefined });
  }

  play(): void {
    const { time, stretch } = this.get();
    if (stretch === undefined && time >= this.duration - intoFrame) this.#go(0);
    this.#screen?.play();
  }

  pause(): void {
    this.#screen?.pause();
  }

  toggle(): void {
    if (this.get().playing) this.pause();
    else this.play();
  }

  /** Goes there; a stretch that is left is over. */
  seek(seconds: number): void {
    const time = this.#clamp(seconds);
    const { stretch } = this.get();
    if (stretch !== undefined && (time < stretch.start || time >= stretch.end)) this.#store.dispatch({ stretch: undefined });
    this.#go(time);
  }

  /** So many frames on (or back, below 0), standing still. */
  step(frames: number): void {
    this.pause();
    this.seek(stepped(this.#frames, this.get().time, frames));
  }

  playStretch({ start, end }: Stretch): void {
    const from = this.#clamp(start);
    this.#store.dispatch({ stretch: end > from + intoFrame ? { start: from, end: this.#clamp(end) } : undefined });
    this.#go(from);
    this.#screen?.play();
  }

  setLoop(loop: boolean): void {
    this.#store.dispatch({ loop });
  }

  setRate(rate: number): void {
    this.#store.dispatch({ rate });
    this.#screen?.setRate(rate);
  }

  #go(time: number): void {
    this.#store.dispatch({ time });
    this.#screen?.seek(time);
  }

  #clamp(seconds: number): number {
    return Math.min(Math.max(seconds, 0), this.duration);
  }
}

/** The time `count` frames from the one that is shown at `time`. */
export function stepped(frames: FrameGrid, time: number, count: number): number {
  if (typeof frames === "number") return frames > 0 ? (Math.floor((time + intoFrame) * frames) + count) / frames + intoFrame : time;
  const index = Math.min(Math.max(frameAt(frames, time) + count, 0), frames.length - 1);
  return frames[index] ?? time;
}

/** Which of the frames is shown at a time: the last that began. */
export function frameAt(times: readonly number[], time: number): number {
  let index = 0;
  while (index + 1 < times.length && (times[index + 1] ?? Infinity) <= time + intoFrame) index += 1;
  return index;
}
