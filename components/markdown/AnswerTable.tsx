"use client";

import clsx from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";
import { Children, createContext, isValidElement, useContext, useMemo, useState, type CSSProperties, type ReactNode } from "react";
import type { Element } from "hast";
import { useTranslations } from "use-intl";
import { useBlock } from "./answerLinks.ts";
import { elementsOf, textOf } from "./hast.ts";
import { sortedRows, type SortOrder, type TableData } from "./tableData.ts";
import { TableFrame } from "./TableFrame.tsx";

interface Sorting {
  column: number;
  order: SortOrder;
}

interface SortableTable {
  heads: readonly Element[];
  data: TableData;
  sorting: Sorting | undefined;
  /** Absent while rows are still being written. */
  sortBy: ((column: number) => void) | undefined;
}

const Context = createContext<SortableTable | undefined>(undefined);

interface PartProps {
  node?: Element | undefined;
  /** How the column is aligned. */
  style?: CSSProperties | undefined;
  children?: ReactNode;
}

/** A table of an answer: its columns sort it, up, down, and back as it was written. */
export function AnswerTable({ node, children }: PartProps) {
  const { partial } = useBlock();
  const [sorting, setSorting] = useState<Sorting>();
  const table = useMemo<SortableTable>(() => {
    const [head] = elementsOf(elementsOf(node, "thead")[0], "tr");
    const heads = elementsOf(head, "th");
    const rows = elementsOf(elementsOf(node, "tbody")[0], "tr").map((row) => elementsOf(row, "td", "th").map(textOf));
    return {
      heads,
      data: { head: heads.map(textOf), rows },
      sorting: partial ? undefined : sorting,
      sortBy: partial ? undefined : (column) => setSorting((current) => nextSorting(current, column)),
    };
  }, [node, partial, sorting]);
  const inOrder = (): TableData => ({ ...table.data, rows: orderOf(table)?.map((index) => table.data.rows[index] ?? []) ?? table.data.rows });
  return (
    <Context value={table}>
      <TableFrame data={inOrder}>
        <table>{children}</table>
      </TableFrame>
    </Context>
  );
}

function nextSorting(current: Sorting | undefined, column: number): Sorting | undefined {
  if (current?.column !== column) return { column, order: "ascending" };
  return current.order === "ascending" ? { column, order: "descending" } : undefined;
}

function orderOf({ data, sorting }: SortableTable): number[] | undefined {
  return sorting && sortedRows(data.rows, sorting.column, sorting.order);
}

/** The rows in the order that was chosen. */
export function TableBody({ children }: PartProps) {
  const table = useContext(Context);
  const order = table && orderOf(table);
  if (!order) return <tbody>{children}</tbody>;
  const rows = Children.toArray(children).filter((child) => isValidElement(child));
  return <tbody>{order.map((index) => rows[index])}</tbody>;
}

/** The head of a column, which sorts by it. */
export function TableHead({ node, style, children }: PartProps) {
  const t = useTranslations("code");
  const table = useContext(Context);
  const column = table?.heads.findIndex((head) => head === node) ?? -1;
  const order = table?.sorting?.column === column ? table.sorting.order : undefined;
  const sortBy = table?.sortBy;
  if (!sortBy || column < 0) return <th scope="col" style={style}>{children}</th>;
  const Arrow = order === "descending" ? ArrowDown : ArrowUp;
  return (
    <th scope="col" aria-sort={order ?? "none"} style={style}>
      <button type="button" title={t("sort")} onClick={() => sortBy(column)} className={clsx("group inline-flex min-h-6 max-w-full items-center gap-1 font-semibold", style?.textAlign === "right" ? "flex-row-reverse text-right" : "text-left")}>
        <span className="min-w-0">{children}</span>
        <Arrow aria-hidden className={order ? "size-3.5 shrink-0 text-accent" : "size-3.5 shrink-0 opacity-0 group-hover:opacity-50 group-focus-visible:opacity-50"} />
      </button>
    </th>
  );
}
