import { describe, expect, it } from "vitest";
import { pieceLength, piecesOf } from "./textPieces.ts";

describe("piecesOf", () => {
  const words = "one long line of words ".repeat(2000);
  const lines = "a line\n".repeat(6000);
  const signs = "a".concat("😀".repeat(15_000));

  it.each([words, lines, signs, "", "short"])("cuts a text without losing any of it", (text) => {
    const pieces = piecesOf(text);
    expect(pieces.join("")).toBe(text);
    for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(pieceLength + 1);
  });

  it("cuts behind words and lines, and never within a character", () => {
    for (const piece of piecesOf(words)) expect(piece.endsWith(" ")).toBe(true);
    for (const piece of piecesOf(lines)) expect(piece.endsWith("\n")).toBe(true);
    for (const piece of piecesOf(signs)) expect(piece.isWellFormed()).toBe(true);
  });

  it("leaves the pieces that are whole as they are while the text grows", () => {
    expect(piecesOf(words).slice(0, 2)).toEqual(piecesOf(words.slice(0, 2.5 * pieceLength)).slice(0, 2));
  });
});
