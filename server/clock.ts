/** Epoch, ms, by a clock that nobody sets while the server runs. */
export const timeOfDay = (): number => performance.timeOrigin + performance.now();
