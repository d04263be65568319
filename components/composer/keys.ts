/** The parts of a keyboard event that decide what Enter does. */
export interface KeyPress {
  key: string;
  shiftKey: boolean;
  keyCode: number;
  isComposing: boolean;
}

/**
 * Whether this key sends the message: Enter without Shift, and not the Enter that accepts an input method's proposal
 * (Safari reports that one after the composition ended, with keyCode 229).
 */
export function sends({ key, shiftKey, keyCode, isComposing }: KeyPress): boolean {
  return key === "Enter" && !shiftKey && !isComposing && keyCode !== 229;
}
