/** After what was shown has taken a time, the page is left alone for so many times of it. */
const restShare = 2;
/** At most (ms). */
const longestRest = 1000;
/** Of a page without frames (ms). */
const hiddenInterval = 250;

/** Runs each `flush` at a frame, and the later the longer the last one took to be shown: a long answer must not keep the page from its reader. */
export function pacedFrames(): (flush: () => void) => void {
  let restsUntil = 0;
  return (flush) => {
    const run = () => {
      const begun = performance.now();
      flush();
      // React renders after this task, and the browser draws after that.
      setTimeout(() => {
        const ended = performance.now();
        restsUntil = ended + Math.min((ended - begun) * restShare, longestRest);
      });
    };
    // A hidden page has no frames, but its answers are saved and announced all the same.
    const atFrame = () => (document.hidden ? run() : requestAnimationFrame(run));
    const rest = restsUntil - performance.now();
    if (document.hidden) setTimeout(run, hiddenInterval);
    else if (rest > 0) setTimeout(atFrame, rest);
    else atFrame();
  };
}
