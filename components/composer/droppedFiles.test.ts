import { expect, it } from "vitest";
import { droppedFiles } from "./droppedFiles.ts";

const text = (name: string) => new File([name], name);

/** As browsers describe a folder, given out in portions of one. */
function folder(fullPath: string, children: readonly object[]): object {
  return {
    name: fullPath.slice(fullPath.lastIndexOf("/") + 1),
    fullPath,
    isDirectory: true,
    isFile: false,
    createReader: () => {
      const left = [...children];
      return { readEntries: (resolve: (entries: object[]) => void) => resolve(left.splice(0, 1)) };
    },
  };
}

type Read = (resolve: (file: File) => void, fail: () => void) => void;

function file(fullPath: string, read: Read = (resolve) => resolve(text(fullPath.slice(fullPath.lastIndexOf("/") + 1)))): object {
  return { name: fullPath.slice(fullPath.lastIndexOf("/") + 1), fullPath, isDirectory: false, isFile: true, file: read };
}

function drop(...items: readonly object[]): Promise<File[]> {
  return droppedFiles({ items: items as unknown as DataTransferItemList });
}

const item = (entry: object | null, dropped: File | null) => ({ kind: "file", webkitGetAsEntry: () => entry, getAsFile: () => dropped });

it("takes files as they are, also where the browser knows no entries, and no words", async () => {
  const [a, b] = [text("a.png"), text("b.png")];
  expect(await drop(item(file("/a.png"), a), { kind: "string" }, item(null, b), item(null, null))).toEqual([a, b]);
});

it("finds what is in folders, and notes where it was", async () => {
  const unreadable = file("/clip/locked.png", (_, fail) => fail());
  const clip = folder("/clip", [file("/clip/1.png"), file("/clip/.DS_Store"), folder("/clip/more", [file("/clip/more/2.png")]), unreadable, file("/clip/Thumbs.db"), file("/clip/3.png")]);
  const found = await drop(item(clip, text("clip")));
  expect(found.map((each) => [each.name, "relativePath" in each && each.relativePath])).toEqual([
    ["1.png", "/clip/1.png"],
    ["2.png", "/clip/more/2.png"],
    ["3.png", "/clip/3.png"],
  ]);
});

it("ends where a folder cannot be read", async () => {
  const closed = { ...folder("/closed", []), createReader: () => ({ readEntries: (_: unknown, fail: () => void) => fail() }) };
  expect(await drop(item(closed, null))).toEqual([]);
});
