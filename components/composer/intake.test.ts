import { describe, expect, it } from "vitest";
import { mediaAddress } from "./pasted.ts";
import { sortFiles } from "./sortFiles.ts";

const file = (name: string, type: string, folder?: string): File => {
  const made = new File(["x"], name, { type });
  return folder === undefined ? made : Object.assign(made, { relativePath: `./${folder}/${name}` });
};
const names = (files: readonly File[]) => files.map(({ name }) => name);

describe("sortFiles", () => {
  it("tells documents, texts and media apart by type and name", () => {
    const sorted = sortFiles([
      file("a.pdf", "application/pdf"),
      file("B.PDF", ""),
      file("notes.txt", "text/plain"),
      file("table.csv", "text/csv"),
      file("photo.png", "image/png"),
      file("clip.mkv", ""),
      file("notes.png", "image/png"),
      file("page.html", "text/html"),
    ]);
    expect(names(sorted.documents)).toEqual(["a.pdf", "B.PDF"]);
    expect(names(sorted.texts)).toEqual(["notes.txt", "table.csv"]);
    expect(names(sorted.media)).toEqual(["photo.png", "clip.mkv", "notes.png", "page.html"]);
    expect(sorted.frames).toEqual([]);
  });

  it("takes a folder of numbered pictures for frames, in the order of their numbers", () => {
    const frames = ["frame_10.png", "frame_2.png", "frame_1.png", "frame_3.png"].map((name) => file(name, "image/png", "walk"));
    const { frames: found, media } = sortFiles([...frames, file(".DS_Store", "", "walk")]);
    expect(found.map(({ name, files }) => [name, names(files)])).toEqual([["walk", ["frame_1.png", "frame_2.png", "frame_3.png", "frame_10.png"]]]);
    expect(media).toEqual([]);
  });

  it("takes any other folder for single files, and the same pictures without a folder too", () => {
    const few = ["1.png", "2.png"].map((name) => file(name, "image/png", "pair"));
    const mixed = ["cat1.png", "dog2.png", "cow3.png", "hen4.png"].map((name) => file(name, "image/png", "farm"));
    const loose = ["1.png", "2.png", "3.png", "4.png"].map((name) => file(name, "image/png"));
    const { frames, media } = sortFiles([...few, ...mixed, ...loose]);
    expect(frames).toEqual([]);
    expect(media).toHaveLength(10);
  });
});

describe("mediaAddress", () => {
  it("is a text that is nothing but the address of a picture or clip", () => {
    expect(mediaAddress(" https://example.com/a/Cat.JPG ")).toEqual({ url: "https://example.com/a/Cat.JPG", host: "example.com", kind: "picture" });
    expect(mediaAddress("http://example.com:8080/clip.mp4?x=1")).toMatchObject({ host: "example.com:8080", kind: "clip" });
    expect(mediaAddress("https://example.com/media/F1?format=png&name=large")).toMatchObject({ kind: "picture" });
  });

  it("is nothing else", () => {
    for (const text of ["", "cat.jpg", "https://example.com/", "https://example.com/page.html", "ftp://example.com/a.png", "see https://example.com/a.png", "javascript:a.png", "https://a b/c.png"]) {
      expect(mediaAddress(text), text).toBeUndefined();
    }
  });
});
