/**
 * What would keep the parser busy for seconds, or go deeper than the browser's stack. No answer that somebody wants to read is like
 * that. Linear.
 */
const longestBlock = 64 * 1024;
const deepest = 40;
const deepestColumn = 160;
/** Brackets, stars and the like that a parser may try to pair with each other. */
const mostSigns = 4000;

export function isTooMuch(markdown: string): boolean {
  if (markdown.length > longestBlock) return true;
  let signs = 0;
  for (const line of markdown.split("\n")) {
    const lead = /^[\s>*+\-\d.)#]*/.exec(line)?.[0] ?? "";
    const markers = lead.match(/>|[-*+](?=\s)|\d[.)](?=\s)/g)?.length ?? 0;
    if (markers > deepest || (markers > 0 && lead.length > deepestColumn)) return true;
    signs += line.match(/[[\]*_~`<&|!$]/g)?.length ?? 0;
  }
  if (signs <= mostSigns) return false;
  // Large tables are mostly signs, too, and harmless.
  return !isTable(markdown);
}

function isTable(markdown: string): boolean {
  const lines = markdown.trim().split("\n");
  return lines.length > 2 && /^[\s|:-]+$/.test(lines[1] ?? "") && lines.every((line) => line.length < 4000);
}
