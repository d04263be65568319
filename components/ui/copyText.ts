/** Puts a text into the clipboard, also on a page that is reached over HTTP, where browsers leave the clipboard's own interface out. @throws Error where it cannot be done */
export async function copyText(text: string): Promise<void> {
  if ("clipboard" in navigator) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const write = (event: ClipboardEvent) => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener("copy", write, { capture: true });
  // The only way there is; it acts on the event above.
  const copied = legacyCommand("copy");
  document.removeEventListener("copy", write, { capture: true });
  if (!copied) throw new Error("the browser did not copy");
}

/** Typed here, where it is used on purpose, instead of as the deprecated method that it is. */
function legacyCommand(name: "copy"): boolean {
  const legacy: { execCommand(name: string): boolean } = document;
  return legacy.execCommand(name);
}
