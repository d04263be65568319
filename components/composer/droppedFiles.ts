/** What the file managers of systems leave in folders, and folders that are kept out of sight: none of the reader's files. */
export function isLeftover(name: string): boolean {
  return /^(?:\.|Thumbs\.db$|desktop\.ini$)/i.test(name);
}

/**
 * The files of a drop, also those in dropped folders: these have their path as `relativePath`. What cannot be read is left out.
 * To be called while the drop is handled: what was dropped is gone afterwards.
 */
export async function droppedFiles({ items }: Pick<DataTransfer, "items">): Promise<File[]> {
  const dropped = [...items].filter(({ kind }) => kind === "file").map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found = await Promise.all(dropped.map(async ({ entry, file }) => (entry && isFolder(entry) ? filesIn(entry) : file ? [file] : [])));
  return found.flat();
}

async function filesIn(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const entries = (await entriesOf(folder)).filter(({ name }) => !isLeftover(name));
  return (await Promise.all(entries.map(async (entry) => (isFolder(entry) ? filesIn(entry) : isFile(entry) ? fileOf(entry) : [])))).flat();
}

/** They come in portions, the last of which is empty. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (portion.length === 0) return all;
    all.push(...portion);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File[]> {
  return new Promise((resolve) => entry.file((file) => resolve([Object.assign(file, { relativePath: entry.fullPath })]), () => resolve([])));
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
