export type ImageFormat = "jpeg" | "png" | "webp" | "gif";

/** What a file is by its first bytes. `refused` names what we know and do not take. */
export type Sniffed =
  | { kind: "image"; format: ImageFormat; mime: string }
  | { kind: "video"; format: string; mime: string }
  | { kind: "refused"; format: string };

/** How many of a file's first bytes `sniff` wants to see. */
export const sniffLength = 4096;

const image = (format: ImageFormat): Sniffed => ({ kind: "image", format, mime: `image/${format}` });
const video = (format: string, mime: string): Sniffed => ({ kind: "video", format, mime });
const refused = (format: string): Sniffed => ({ kind: "refused", format });

interface Signature {
  at: number;
  /** Latin-1; "?" matches any byte. */
  magic: string;
  is: Sniffed;
}

const signatures: readonly Signature[] = [
  { at: 0, magic: "\xff\xd8\xff", is: image("jpeg") },
  { at: 0, magic: "\x89PNG\r\n\x1a\n", is: image("png") },
  { at: 0, magic: "GIF87a", is: image("gif") },
  { at: 0, magic: "GIF89a", is: image("gif") },
  { at: 0, magic: "RIFF????WEBP", is: image("webp") },
  { at: 0, magic: "RIFF????AVI ", is: video("avi", "video/x-msvideo") },
  { at: 0, magic: "FLV\x01", is: video("flv", "video/x-flv") },
  { at: 0, magic: "OggS", is: video("ogg", "video/ogg") },
  { at: 0, magic: "\x30\x26\xb2\x75\x8e\x66\xcf\x11", is: video("asf", "video/x-ms-asf") },
  { at: 0, magic: "\0\0\x01\xba", is: video("mpeg", "video/mpeg") },
  { at: 0, magic: "\0\0\x01\xb3", is: video("mpeg", "video/mpeg") },
  // QuickTime before it had a file type box.
  ...["moov", "mdat", "wide", "pnot"].map((box): Signature => ({ at: 4, magic: box, is: video("mov", "video/quicktime") })),
  { at: 0, magic: "BM????\0\0\0\0", is: refused("BMP") },
  { at: 0, magic: "II*\0", is: refused("TIFF") },
  { at: 0, magic: "MM\0*", is: refused("TIFF") },
  { at: 0, magic: "\xff\x0a", is: refused("JPEG XL") },
  { at: 0, magic: "\0\0\0\x0cJXL ", is: refused("JPEG XL") },
  { at: 0, magic: "\0\0\0\x0cjP  ", is: refused("JPEG 2000") },
  { at: 0, magic: "\0\0\x01\0", is: refused("ICO") },
  { at: 0, magic: "8BPS", is: refused("PSD") },
  { at: 0, magic: "%PDF", is: refused("PDF") },
  { at: 0, magic: "PK\x03\x04", is: refused("ZIP") },
  { at: 0, magic: "\x1f\x8b", is: refused("gzip") },
  { at: 0, magic: "7z\xbc\xaf\x27\x1c", is: refused("7-Zip") },
  { at: 0, magic: "Rar!", is: refused("RAR") },
  { at: 0, magic: "ID3", is: refused("MP3") },
  { at: 0, magic: "\xff\xfb", is: refused("MP3") },
  { at: 0, magic: "RIFF????WAVE", is: refused("WAV") },
  { at: 0, magic: "fLaC", is: refused("FLAC") },
  { at: 0, magic: ".RMF", is: refused("RealMedia") },
];

/** Formats that are text, by how they begin after white space; case does not matter. */
const textSignatures: readonly (readonly [begin: RegExp, format: string])[] = [
  [/^#extm3u/i, "HLS playlist"],
  [/^ffconcat/i, "ffconcat list"],
  [/^<\?xml[^]*<mpd[\s>]|^<mpd[\s>]/i, "DASH manifest"],
  [/^(<\?xml[^]*|<!--[^]*|<!doctype svg[^]*)?<svg[\s>]/i, "SVG"],
  [/^<!doctype html|^<html/i, "HTML"],
  [/^<\?xml/i, "XML"],
];

/** Brands of the ISO base media file format that are no clips. */
const refusedBrands: Readonly<Record<string, string>> = {
  ...Object.fromEntries(["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"].map((brand) => [brand, "HEIC"])),
  avif: "AVIF",
  avis: "AVIF",
};

/** Recognizes a file by its bytes, never by its name. Undefined: nothing that we know. */
export function sniff(bytes: Uint8Array): Sniffed | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, sniffLength)).toString("latin1");
  const signature = signatures.find(({ at, magic }) => matches(head, at, magic));
  return signature?.is ?? sniffContainer(head) ?? sniffText(bytes.subarray(0, sniffLength));
}

function matches(head: string, at: number, magic: string): boolean {
  if (head.length < at + magic.length) return false;
  for (let index = 0; index < magic.length; index++) {
    if (magic[index] !== "?" && magic[index] !== head[at + index]) return false;
  }
  return true;
}

function sniffContainer(head: string): Sniffed | undefined {
  if (matches(head, 4, "ftyp")) {
    const brand = head.slice(8, 12);
    // HEIC and AVIF may hide behind the general brand of image files; the compatible brands tell.
    if ((brand === "mif1" || brand === "msf1") && head.slice(16, 64).includes("avif")) return refused("AVIF");
    const format = refusedBrands[brand];
    if (format !== undefined) return refused(format);
    return brand === "qt  " ? video("mov", "video/quicktime") : video("mp4", "video/mp4");
  }
  if (matches(head, 0, "\x1a\x45\xdf\xa3")) {
    return head.slice(0, 64).includes("webm") ? video("webm", "video/webm") : video("matroska", "video/x-matroska");
  }
  // Transport streams have no header, but a sync byte in every packet: of 188 bytes, or 192 with a time code before each.
  const isTransportStream = (first: number, packet: number) => [0, 1, 2].every((index) => head[first + index * packet] === "G");
  if (isTransportStream(0, 188) || isTransportStream(4, 192)) return video("mpegts", "video/mp2t");
  return undefined;
}

function sniffText(bytes: Uint8Array): Sniffed | undefined {
  if (bytes.length === 0) return undefined;
  // `stream` forgives a character that the end of the sample cuts in two.
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
  const start = text.trimStart();
  const known = textSignatures.find(([begin]) => begin.test(start));
  if (known) return refused(known[1]);
  const isControl = (character: string) => character < " " && !"\t\n\r\f\x1b".includes(character);
  return Array.from(text).some(isControl) ? undefined : refused("plain text");
}
