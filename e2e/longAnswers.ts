/** Answers that are too long to stand in a file, for the tests and measurements of what a page does with them. */

/** About how many characters a token of English Markdown is. */
export const charactersPerToken = 4;

/** Everything that an answer is made of, over and over, and never quite the same. */
export function longAnswer(tokens = 5000): string {
  const sections: string[] = [];
  for (let number = 1, length = 0; length < tokens * charactersPerToken; number += 1) {
    const section = sectionOf(number);
    sections.push(section);
    length += section.length + 2;
  }
  return sections.join("\n\n").slice(0, tokens * charactersPerToken);
}

/** One line without an end. */
export function longLine(characters = 1_000_000): string {
  return "All of this stands in one single line, which nobody has broken. ".repeat(Math.ceil(characters / 64)).slice(0, characters);
}

/** A table that nobody reads to its end. */
export function longTable(rows = 10_000): string {
  return ["| Row | Name | Value |", "| ---: | --- | ---: |", ...Array.from({ length: rows }, (_, row) => `| ${row + 1} | item ${row % 97} | ${(row * 7919) % 1000} |`)].join("\n");
}

function sectionOf(number: number): string {
  const from = number * 37;
  return [
    `## ${number}. What stands in part ${number}`,
    `The **${words[number % words.length]}** is seen *first*, at \`row[${from}]\`, because it lies nearer than what ~~was~~ is behind it; see [the note](https://example.org/${number}). ` +
      "It goes on for a while, as sentences of answers do, names a few things, and comes to an end when it has said what it has to say. ".repeat(2),
    [1, 2, 3].map((item) => `${item}. Point ${item} of part ${number}, with ${item * from} pixels\n   - what belongs to it\n   - and what **does not**`).join("\n"),
    ["| Item | Count | Price |", "| --- | ---: | ---: |", ...[1, 2, 3, 4, 5].map((row) => `| ${words[(number + row) % words.length]} | ${row * number} | ${(row * 1.25 + number).toFixed(2)} € |`)].join("\n"),
    `The area is $$A_{${number}} = \\int_0^{${from}} \\frac{x^2 + ${number}}{\\sqrt{1 + x}}\\,dx$$ and its border`,
    `$$\n\\sum_{k=1}^{${number}} \\binom{${number}}{k} \\alpha_k = \\begin{pmatrix} ${number} & 0 \\\\ 0 & ${from} \\end{pmatrix}\n$$`,
    `\`\`\`python\n${[1, 2, 3, 4, 5, 6].map((line) => `def part_${number}_${line}(value: float, scale=${line}.0) -> float:\n    """Of part ${number}."""\n    return value * scale + ${from * line}  # as above`).join("\n\n")}\n\`\`\``,
    `\`\`\`json\n[\n${[1, 2, 3].map((box) => `  {"bbox_2d": [${box * 100}, ${box * 90}, ${box * 100 + 150}, ${box * 90 + 120}], "label": "${words[box]} ${number}"}`).join(",\n")}\n]\n\`\`\``,
  ].join("\n\n");
}

const words = ["circle", "square", "triangle", "star", "hexagon", "ring", "cross"];
