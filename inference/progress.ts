import type { Loading } from "./protocol.ts";

/** How far a long task is. */
export interface Progress {
  /** 0 to 1. */
  fraction: number;
  /** By the speed of the last seconds; absent until there is one. */
  secondsLeft?: number;
}

interface MeterOptions {
  /** Milliseconds between two reports. */
  interval?: number;
  /** Milliseconds of a clock that is never set back. */
  now?: () => number;
}

/** How much the newest speed counts, for a speed measured over one second. */
const smoothing = 0.2;
/** A speed needs a moment before it says anything. */
const settleMilliseconds = 2000;

/** Turns amounts of work that are done into reports of a fraction and the time left. */
export class ProgressMeter {
  readonly #total: number;
  readonly #report: (progress: Progress) => void;
  readonly #interval: number;
  readonly #now: () => number;
  readonly #started: number;
  #done = 0;
  #reported = { time: -Infinity, done: 0 };
  /** Per millisecond. */
  #speed: number | undefined;

  /** @param total of any unit; `add` counts in the same. */
  constructor(total: number, report: (progress: Progress) => void, { interval = 250, now = () => performance.now() }: MeterOptions = {}) {
    this.#total = total;
    this.#report = report;
    this.#interval = interval;
    this.#now = now;
    this.#started = now();
  }

  get done(): number {
    return this.#done;
  }

  /** Of the last seconds, in units per second. */
  get perSecond(): number | undefined {
    return this.#speed === undefined ? undefined : this.#speed * 1000;
  }

  add(amount: number): void {
    this.#done += amount;
    const time = this.#now();
    const finished = this.#done >= this.#total;
    if (time - this.#reported.time < this.#interval && !finished) return;
    this.#measure(time);
    this.#reported = { time, done: this.#done };
    const fraction = this.#total === 0 ? 1 : Math.min(1, this.#done / this.#total);
    const known = this.#speed !== undefined && this.#speed > 0 && time - this.#started >= settleMilliseconds;
    this.#report(known ? { fraction, secondsLeft: Math.max(0, this.#total - this.#done) / (this.#speed ?? 1) / 1000 } : { fraction });
  }

  /** Exponential smoothing whose weight depends on the time that a measurement covers. */
  #measure(time: number): void {
    const since = Math.max(this.#reported.time, this.#started);
    const elapsed = time - since;
    if (elapsed <= 0) return;
    const newest = (this.#done - this.#reported.done) / elapsed;
    const weight = 1 - (1 - smoothing) ** (elapsed / 1000);
    this.#speed = this.#speed === undefined ? newest : this.#speed + weight * (newest - this.#speed);
  }
}

const verbs: Record<Loading["stage"], string> = {
  connecting: "Connecting to the engine",
  downloading: "Downloading the checkpoint",
  reading: "Reading the checkpoint",
  preparing: "Preparing the weights, once",
  starting: "Starting the model",
};

/** One line for a console: "Preparing the weights, once: 35 %, 4 min left". */
export function loadingText({ stage, fraction, secondsLeft, bytesPerSecond }: Loading): string {
  const figures = [
    `${Math.floor(fraction * 100)} %`,
    ...(bytesPerSecond === undefined ? [] : [`${(bytesPerSecond / 1e6).toFixed(1)} MB/s`]),
    ...(secondsLeft === undefined ? [] : [`${duration(secondsLeft)} left`]),
  ];
  return `${verbs[stage]}: ${figures.join(", ")}`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
