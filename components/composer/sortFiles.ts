import { isLeftover } from "./droppedFiles.ts";
import { inOrder, looksLikeFrames } from "../media/frames.ts";

export interface SortedFiles {
  /** PDF: its pages are chosen first. */
  documents: File[];
  texts: File[];
  /** Folders of numbered pictures. */
  frames: { name: string; files: File[] }[];
  /** Everything else; what is neither picture nor clip is refused where its bytes are known. */
  media: File[];
}

const textNames = /\.(txt|md|markdown|csv|tsv|json|jsonl|ya?ml|log|tex|srt|vtt)$/i;

/** What is done with each file, by its name, its type and the folder that it came in. */
export function sortFiles(files: readonly File[]): SortedFiles {
  const sorted: SortedFiles = { documents: [], texts: [], frames: [], media: [] };
  const folders = new Map<string, File[]>();
  for (const file of files) {
    const folder = folderOf(file);
    if (folder !== undefined && isLeftover(file.name)) continue;
    if (isPdf(file)) sorted.documents.push(file);
    else if (isText(file)) sorted.texts.push(file);
    else if (folder === undefined) sorted.media.push(file);
    else folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  for (const [name, content] of folders) {
    if (looksLikeFrames(content)) sorted.frames.push({ name, files: inOrder(content) });
    else sorted.media.push(...inOrder(content));
  }
  return sorted;
}

function isPdf({ name, type }: Pick<File, "name" | "type">): boolean {
  return type === "application/pdf" || (type === "" && /\.pdf$/i.test(name));
}

function isText({ name, type }: Pick<File, "name" | "type">): boolean {
  if (type.startsWith("image/") || type.startsWith("video/")) return false;
  return type === "text/plain" || textNames.test(name);
}

/** The folder that a file was dropped or picked with; `droppedFiles` notes it as `relativePath`, the browser's picker as `webkitRelativePath`. */
function folderOf(file: File): string | undefined {
  const noted = "relativePath" in file && typeof file.relativePath === "string" ? file.relativePath : "";
  const path = (file.webkitRelativePath || noted).replace(/^\.?\//, "");
  const at = path.lastIndexOf("/");
  return at < 0 ? undefined : path.slice(0, at).split("/").at(-1);
}
