/**
 * What would keep the parser busy for seconds, make more elements than a page can bear, or go deeper than the browser's stack. No
 * answer that somebody wants to read is like that. Linear.
 */
const longestBlock = 64 * 1024;
const mostLines = 4000;
const deepest = 40;
/** Stars and the like that are open at the same time. */
const deepestEmphasis = 100;
const deepestColumn = 160;
/** Brackets, stars and the like that a parser may try to pair with each other, and what it may take for links. */
const mostSigns = 4000;
/** In a table nothing is paired beyond a cell. */
const mostSignsOfTable = 4 * mostSigns;
const longestRow = 4000;
/** Rows that are too short are filled: a few kilobytes could have millions. */
const mostCells = 10_000;

export function isTooMuch(markdown: string): boolean {
  if (markdown.length > longestBlock) return true;
  const lines = markdown.split("\n");
  if (lines.length > mostLines) return true;
  let signs = 0;
  let pipes = 0;
  for (const line of lines) {
    const lead = /^[\s>*+\-\d.)#]*/.exec(line)?.[0] ?? "";
    const markers = lead.match(/>|[-*+](?=\s)|\d[.)](?=\s)/g)?.length ?? 0;
    if (markers > deepest || (markers > 0 && lead.length > deepestColumn)) return true;
    signs += line.match(/[[\]*_~`<&!$@]|:\/\/|www\./gi)?.length ?? 0;
    // Each may hold all that follow.
    signs += 3 * (line.match(/!\[/g)?.length ?? 0);
    pipes += countOfPipes(line);
  }
  if (cellsOf(lines) > mostCells || depthOf(markdown) > deepestEmphasis) return true;
  return isTable(lines) ? signs > mostSignsOfTable : signs + pipes > mostSigns;
}

/** How many cells the tables have at most. Each goes on to the next blank line, in a quote as well. */
function cellsOf(lines: readonly string[]): number {
  let cells = 0;
  let columns = 0;
  for (const line of lines) {
    if (/^[\s>|:-]*$/.test(line) && line.includes("-")) columns = Math.max(columns, countOfPipes(line) + 1);
    else if (/^[\s>]*$/.test(line)) columns = 0;
    cells += columns;
  }
  return cells;
}

/** How deep emphasis stands in emphasis, by CommonMark's rules for what opens and closes (6.2). */
function depthOf(markdown: string): number {
  let most = 0;
  const open = new Map<string, number>();
  // It never goes beyond a blank line, nor into the next entry of a list.
  for (const { 0: run, index } of markdown.matchAll(/\n\s*\n|\n {0,3}[-*+](?=[ \t]+\S)|\*+|_+|~~+/g)) {
    if (run.startsWith("\n")) {
      open.clear();
      continue;
    }
    const sign = run.charAt(0);
    const before = kindOf(markdown[index - 1]);
    const behind = kindOf(markdown[index + run.length]);
    const left = behind !== "blank" && (behind === "text" || before !== "text");
    const right = before !== "blank" && (before === "text" || behind !== "text");
    const opens = left && (sign !== "_" || !right || before === "sign");
    const closes = right && (sign !== "_" || !left || behind === "sign");
    const so = open.get(sign) ?? 0;
    if (closes && so > 0) open.set(sign, Math.max(0, so - run.length));
    else if (opens) open.set(sign, so + run.length);
    let all = 0;
    for (const count of open.values()) all += count;
    most = Math.max(most, all);
  }
  // Two signs may make one element, or two.
  return most;
}

function kindOf(character: string | undefined): "blank" | "sign" | "text" {
  if (character === undefined || /\s/.test(character)) return "blank";
  return /[\p{P}\p{S}]/u.test(character) ? "sign" : "text";
}

function countOfPipes(line: string): number {
  return line.match(/\|/g)?.length ?? 0;
}

/** Nothing but one. */
function isTable(lines: readonly string[]): boolean {
  const rows = lines.filter((line) => line.trim() !== "");
  return (
    rows.length > 2 &&
    /^[\s|:-]+$/.test(rows[1] ?? "") &&
    rows.every((row) => row.includes("|") && row.length < longestRow)
  );
}
