/** Quotations and lists within each other that are still rendered; what recurses over deeper ones runs out of stack. */
const deepest = 40;

const container = String.raw`(?:>|(?:[-+*]|\d{1,9}[.)])[ \t])`;
const tooDeep = new RegExp(String.raw`^(?:[ \t]{0,8}${container}){${deepest + 1}}|^[ \t]{${4 * deepest},}${container}`, "m");

/** Whether quotations or lists nest deeper than anyone writes them. */
export function nestsTooDeep(markdown: string): boolean {
  return tooDeep.test(markdown);
}
