export const messageBoxId = "message-box";

/**
 * Takes the focus to the message box when the element that had it goes away, as after "Clear conversation". Not where this
 * would open a keyboard on the screen.
 */
export function focusMessageBox(): void {
  if (matchMedia("(pointer: coarse)").matches) return;
  document.getElementById(messageBoxId)?.focus({ preventScroll: true });
}
