/** Which part of a clip's picture is seen. Lengths are shares of the place that it is shown in. */

export interface FrameZoom {
  /** 1: all of it. */
  scale: number;
  /** Of the picture's upper left corner; 0 or less. */
  x: number;
  y: number;
}

export interface Place {
  x: number;
  y: number;
}

export const wholeFrame: FrameZoom = { scale: 1, x: 0, y: 0 };

const largest = 8;

/** Larger by `factor`, with what lies at a place staying there; never smaller than the place. */
export function zoomFrame({ scale, x, y }: FrameZoom, factor: number, at: Place = { x: 0.5, y: 0.5 }): FrameZoom {
  const next = Math.min(Math.max(scale * factor, 1), largest);
  const ratio = next / scale;
  return within({ scale: next, x: at.x - (at.x - x) * ratio, y: at.y - (at.y - y) * ratio });
}

export function panFrame({ scale, x, y }: FrameZoom, by: Place): FrameZoom {
  return within({ scale, x: x + by.x, y: y + by.y });
}

/** No gap at any side. */
function within({ scale, x, y }: FrameZoom): FrameZoom {
  // Adding 0 makes -0 a 0.
  const keep = (offset: number) => Math.min(Math.max(offset, 1 - scale), 0) + 0;
  return { scale, x: keep(x), y: keep(y) };
}
