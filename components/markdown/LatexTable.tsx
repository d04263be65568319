"use client";

import { InlineMarkdown } from "./InlineMarkdown.tsx";
import { parseLatexTable, type LatexCell, type LatexTable as Table } from "./latexTable.ts";
import type { TableData } from "./tableData.ts";
import { TableFrame } from "./TableFrame.tsx";

/** A table that was written in LaTeX. */
export function LatexTable({ source }: { source: string }) {
  const table = parseLatexTable(source);
  return (
    <TableFrame data={() => toData(table)} caption={table.caption === undefined ? undefined : <InlineMarkdown text={table.caption} />}>
      <table>
        {table.head > 0 && (
          <thead>
            {table.rows.slice(0, table.head).map((row, index) => (
              <tr key={index}>{row.map((cell, column) => <Cell key={column} cell={cell} head />)}</tr>
            ))}
          </thead>
        )}
        <tbody>
          {table.rows.slice(table.head).map((row, index) => (
            <tr key={index}>{row.map((cell, column) => <Cell key={column} cell={cell} head={false} />)}</tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function Cell({ cell: { text, columns, rows }, head }: { cell: LatexCell; head: boolean }) {
  const Tag = head ? "th" : "td";
  return (
    <Tag {...(head && { scope: columns > 1 ? "colgroup" : "col" })} {...(columns > 1 && { colSpan: columns })} {...(rows > 1 && { rowSpan: rows })}>
      <InlineMarkdown text={text} />
    </Tag>
  );
}

/** A cell of several columns stands in the first of them, as in a spreadsheet. */
function toData({ rows, head }: Table): TableData {
  const lines = rows.map((row) => row.flatMap(({ text, columns }) => [text, ...Array.from({ length: columns - 1 }, () => "")]));
  return { head: lines[0] ?? [], rows: lines.slice(1, head).concat(lines.slice(Math.max(head, 1))) };
}
