/**
 * The alphabet of byte-level BPE: each byte is written as one printable character, printable ASCII and Latin-1 as
 * themselves, the others from U+0100 on in order. GPT-2 encoder.py `bytes_to_unicode` (Radford et al. 2019).
 */
const byteOf = alphabet();

function alphabet(): ReadonlyMap<string, number> {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const isPrintable = (byte: number) => (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  const others = bytes.filter((byte) => !isPrintable(byte));
  return new Map(bytes.map((byte) => [String.fromCharCode(isPrintable(byte) ? byte : 256 + others.indexOf(byte)), byte]));
}

const encoder = new TextEncoder();

/** The bytes that a vocabulary entry stands for; one with characters outside of the alphabet stands for its own UTF-8. */
export function bytesOfToken(token: string): Uint8Array {
  const bytes = new Uint8Array(token.length);
  for (let index = 0; index < token.length; index += 1) {
    const byte = byteOf.get(token.charAt(index));
    if (byte === undefined) return encoder.encode(token);
    bytes[index] = byte;
  }
  return bytes;
}
