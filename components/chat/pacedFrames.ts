/** After what was shown has taken a time, the page is left alone for so many times of it. */
const restShare = 2;
/** At most (ms). */
const longestRest = 1000;
/** A page that is never idle is taken to have shown it after so long (ms). */
const patience = 500;
/** Of a page without frames (ms). */
const hiddenInterval = 250;

/**
 * Runs each `flush` behind a frame, so that what it renders is no part of that frame, and the later the longer the last one took
 * to be shown: a long answer must not keep the page from its reader.
 */
export function pacedFrames(): (flush: () => void) => void {
  let rested: Promise<void> = Promise.resolve();
  return (flush) => {
    const run = async () => {
      await rested;
      await frame();
      const begun = performance.now();
      flush();
      rested = idle().then(() => sleep(Math.min((performance.now() - begun) * restShare, longestRest)));
    };
    void run();
  };
}

/** A hidden page has no frames, but its answers are saved and announced all the same. */
function frame(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, hiddenInterval);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      setTimeout(resolve);
    });
  });
}

/** React renders in slices after the task that changed something, and the browser draws after that. */
function idle(): Promise<void> {
  // Safari has no idle moments.
  return new Promise((resolve) => ("requestIdleCallback" in globalThis ? requestIdleCallback(() => resolve(), { timeout: patience }) : setTimeout(resolve)));
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
