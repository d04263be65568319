import { describe, expect, it } from "vitest";
import { readKeyInformation, sheetOf } from "./keyInformation.ts";
import { latexTableEdits, parseLatexTable } from "./latexTable.ts";
import { EditedText } from "./edits.ts";
import { numberIn, sortedRows, toCsv, toMarkdownTable } from "./tableData.ts";

describe("tables", () => {
  const data = { head: ["Name", "Price"], rows: [["Tea, green", "$12.50"], ['A "big" cup', "1,200"], ["=SUM(A1)", "−3"], ["two\nlines", ""]] };

  it("are CSV that a spreadsheet does not run", () => {
    expect(toCsv(data)).toBe('Name,Price\r\n"Tea, green",$12.50\r\n"A ""big"" cup","1,200"\r\n\'=SUM(A1),−3\r\n"two\nlines",\r\n');
  });

  it("are Markdown", () => {
    expect(toMarkdownTable({ head: ["a|b"], rows: [["x", "y\nz"]] })).toBe("| a\\|b |  |\n| --- | --- |\n| x | y<br>z |\n");
  });

  it("sort numbers by value, words as a reader would, and what is empty last", () => {
    expect(sortedRows(data.rows, 1, "ascending")).toEqual([2, 0, 1, 3]);
    expect(sortedRows(data.rows, 1, "descending")).toEqual([1, 0, 2, 3]);
    expect(sortedRows([["b10"], ["B2"], ["a"]], 0, "ascending")).toEqual([2, 1, 0]);
  });

  it.each([["1,234.5", 1234.5], ["US$3", 3], ["¥ 12", 12], ["45 %", 45], ["3.5 kg", 3.5], ["-2", -2], ["2026-01-02", undefined], ["a1", undefined], ["", undefined], ["12 to 15", undefined]])("%j is the number %s", (cell, value) => {
    expect(numberIn(cell)).toBe(value);
  });
});

describe("LaTeX tables", () => {
  const source = String.raw`\begin{table}[h]
\centering
\caption{Prices in \textbf{2026}}
\begin{tabular}{|l|cc|}
\hline
\multirow{2}{*}{Item} & \multicolumn{2}{c|}{Cost} \\ \cline{2-3}
 & low & high \\
\hline
Tea \& milk & \$3 & $x^2$ \\[2pt]
\textit{Cake} & 50\% & a\_b \\
\hline
\end{tabular}
\end{table}`;

  it("have cells of several rows and columns, a head, and a caption", () => {
    const table = parseLatexTable(source);
    expect(table.caption).toBe("Prices in **2026**");
    expect(table.rows.map((row) => row.map(({ text }) => text))).toEqual([["Item", "Cost"], ["low", "high"], ["Tea & milk", "\\$3", "$x^2$"], ["*Cake*", "50%", "a\\_b"]]);
    expect(table.rows[0]).toMatchObject([{ rows: 2, columns: 1 }, { rows: 1, columns: 2 }]);
  });

  it("end where they are cut off", () => {
    for (let end = 0; end <= source.length; end++) parseLatexTable(source.slice(0, end));
    expect(parseLatexTable("\\begin{tabular}{ll} a & b \\\\ c").rows).toHaveLength(2);
  });

  it("go into fences of their own, but not out of code", () => {
    const edit = (text: string) => new EditedText(text, latexTableEdits(text)).text;
    expect(edit("Before\n\\begin{tabular}{l}a\\end{tabular}\nAfter")).toBe("Before\n\n```latex-table\n\\begin{tabular}{l}a\\end{tabular}\n```\n\nAfter");
    expect(edit("```latex\n\\begin{tabular}{l}a\\end{tabular}\n```")).toContain("```latex\n\\begin");
    expect(edit("$$\\begin{tabular}{l}a\\end{tabular}$$")).not.toContain("$$");
    expect(edit("x\n\\begin{tabular}{l}a & b")).toBe("x\n\n```latex-table\n\\begin{tabular}{l}a & b");
  });
});

describe("key information", () => {
  it("is a form of keys and values", () => {
    const value = readKeyInformation('{"company": "Corner Shop", "total": 12.50, "paid": null, "items": [{"name": "tea", "price": "3"}, {"name": "cake"}]}');
    expect(value && sheetOf(value).rows).toEqual([["company", "Corner Shop"], ["total", "12.50"], ["paid", ""], ["items[0].name", "tea"], ["items[0].price", "3"], ["items[1].name", "cake"]]);
  });

  it("is a sheet where it is a list", () => {
    const value = readKeyInformation('[{"name": "tea", "price": 3}, {"name": "cake", "kind": "sweet"}]');
    expect(value && sheetOf(value)).toEqual({ head: ["name", "price", "kind"], rows: [["tea", "3", ""], ["cake", "", "sweet"]] });
  });

  it("is there while it is being written", () => {
    expect(readKeyInformation('{"company": "Corner Shop", "total": ')).toBeDefined();
  });

  it.each(['[{"bbox_2d": [1, 2, 3, 4], "label": "cup"}]', '{"00:01.00 - 00:02.00": "A gull lands."}', '{"name": "mobile_use", "arguments": {"action": "click"}}', '["a", "b"]', "[1, 2]", "{", "{}", "text"])("%s is none", (json) => {
    expect(readKeyInformation(json)).toBeUndefined();
  });
});
