import { describe, expect, it } from "vitest";
import { sniff } from "./sniff.ts";

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
const fileType = (brand: string, compatible = ""): Buffer => latin1(`\0\0\0\x20ftyp${brand}\0\0\0\0${compatible}`);

describe("sniff", () => {
  it.each([
    [latin1("\xff\xd8\xff\xe0"), "jpeg"],
    [latin1("\x89PNG\r\n\x1a\n"), "png"],
    [latin1("GIF89a"), "gif"],
    [latin1("RIFF\x10\0\0\0WEBPVP8 "), "webp"],
  ])("knows the picture %o", (bytes, format) => {
    expect(sniff(bytes)).toEqual({ kind: "image", format, mime: `image/${format}` });
  });

  it.each([
    [fileType("isom"), "mp4"],
    [fileType("qt  "), "mov"],
    [latin1("\x1a\x45\xdf\xa3....webm"), "webm"],
    [latin1("\x1a\x45\xdf\xa3....matroska"), "matroska"],
    [latin1("RIFF\x10\0\0\0AVI LIST"), "avi"],
    [latin1("G".padEnd(188) + "G".padEnd(188) + "G"), "mpegts"],
    [latin1("OggS\0\x02"), "ogg"],
  ])("knows the clip %#", (bytes, format) => {
    expect(sniff(bytes)).toMatchObject({ kind: "video", format });
  });

  it.each([
    [fileType("heic"), "HEIC"],
    [fileType("mif1", "mif1avif"), "AVIF"],
    [fileType("avif"), "AVIF"],
    [latin1("II*\0"), "TIFF"],
    [latin1("BM\x10\0\0\0\0\0\0\0"), "BMP"],
    [latin1("%PDF-1.7"), "PDF"],
    [latin1("#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd"), "HLS playlist"],
    [latin1("ffconcat version 1.0\nfile 'a.mp4'"), "ffconcat list"],
    [latin1("<?xml version='1.0'?>\n<MPD xmlns=''>"), "DASH manifest"],
    [latin1("<?xml version='1.0'?><!-- x --><svg xmlns=''>"), "SVG"],
    [latin1("\n <SVG viewBox='0 0 1 1'>"), "SVG"],
    [Buffer.from("Just a text — with an umlaut: ü"), "plain text"],
  ])("names the refused file %#", (bytes, format) => {
    expect(sniff(bytes)).toEqual({ kind: "refused", format });
  });

  it("does not guess", () => {
    expect(sniff(Buffer.alloc(0))).toBeUndefined();
    expect(sniff(Buffer.from([1, 2, 3, 0xfe, 0xff, 0]))).toBeUndefined();
    expect(sniff(latin1("\xff\xd8"))).toBeUndefined();
  });
});
