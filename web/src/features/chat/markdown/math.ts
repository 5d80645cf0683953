/**
 * Formulas as models write them, brought into the one form that the parser is told to understand: `$$…$$`. Models write \(…\) and
 * \[…\] as well, and $…$. A single dollar is a price more often than not, so it counts only as Pandoc reads it: no white space
 * inside of either, no digit behind the closing one, and no letter or digit before the opening one. Code is left alone.
 */
export function withOneKindOfMath(markdown: string): string {
  if (!/[$\\]/.test(markdown)) return markdown;
  return outsideOfCode(markdown, (text) =>
    text
      .replace(/\\\[([^]{1,4000}?)\\\]/g, (whole, formula: string) => displayed(whole, formula))
      .replace(/\\\(([^\n]{1,1000}?)\\\)/g, (_, formula: string) => `$$${formula.trim()}$$`)
      .replace(
        /(?<![\p{L}\p{N}\\$])\$(?![\s$])([^$\n]{0,500}?[^\s$\\])\$(?![\p{N}$])/gu,
        (_, formula: string) => `$$${formula}$$`,
      ),
  );
}

/** On lines of its own, unless something else stands there. */
function displayed(whole: string, formula: string): string {
  return formula.includes("\n\n") ? whole : `\n$$\n${formula.trim()}\n$$\n`;
}

function outsideOfCode(markdown: string, change: (text: string) => string): string {
  let out = "";
  let at = 0;
  const runs = [...markdown.matchAll(/`+/g)];
  /** By length: where the next run of so many begins. A run without a partner is no code. */
  const places = new Map<number, number[]>();
  for (const { 0: run, index } of runs) {
    const same = places.get(run.length);
    if (same) same.push(index);
    else places.set(run.length, [index]);
  }
  const cursors = new Map<number, number>();
  for (const { 0: run, index } of runs) {
    if (index < at) continue;
    const same = places.get(run.length) ?? [];
    let cursor = cursors.get(run.length) ?? 0;
    while (cursor < same.length && (same[cursor] ?? 0) <= index) cursor += 1;
    cursors.set(run.length, cursor);
    const partner = same[cursor];
    if (partner === undefined) continue;
    out += change(markdown.slice(at, index)) + markdown.slice(index, partner + run.length);
    at = partner + run.length;
  }
  return out + change(markdown.slice(at));
}
