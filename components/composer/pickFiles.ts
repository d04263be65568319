/** Other ways to pick files than the page's own input; each input lives only until it has answered. */

interface PickOptions {
  accept?: string;
  /** The phone's camera, looking away from its user. */
  camera?: boolean;
  /** All files of a folder. */
  folder?: boolean;
  multiple?: boolean;
}

/** Must be called while a click is handled, or the browser opens nothing. Empty when nothing was picked. */
export function pickFiles({ accept, camera = false, folder = false, multiple = false }: PickOptions): Promise<File[]> {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = multiple;
  if (accept !== undefined) input.accept = accept;
  if (camera) input.setAttribute("capture", "environment");
  if (folder) input.webkitdirectory = true;
  return new Promise((resolve) => {
    input.addEventListener("change", () => resolve([...(input.files ?? [])]));
    input.addEventListener("cancel", () => resolve([]));
    input.click();
  });
}
