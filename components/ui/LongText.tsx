import { memo } from "react";
import { pieceLength, piecesOf } from "./textPieces.ts";

/** Words as they are. Of a very long text each piece is laid out only when it comes near the window, and only the last changes while it grows. */
export function LongText({ children: text }: { children: string }) {
  if (text.length <= pieceLength * 2) return text;
  return piecesOf(text).map((piece, index) => <Piece key={index} text={piece} />);
}

const Piece = memo(function Piece({ text }: { text: string }) {
  return <span className="block [contain-intrinsic-size:auto_60rem] [content-visibility:auto]">{text}</span>;
});
