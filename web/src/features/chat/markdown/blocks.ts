/**
 * Cuts an answer into the blocks that it is drawn in, each for itself, so that a growing answer draws its last block anew and no
 * other. Cuts are made at blank lines only, where no block of CommonMark goes on except lists and what stands between fences.
 * Linear in the length of the text, whatever is in it.
 */

export type Block =
  | { kind: "text"; text: string }
  /** A code block between fences; `closed` is false while it is still being written. */
  | { kind: "code"; text: string; language: string; closed: boolean };

interface Fence {
  character: string;
  length: number;
  indent: number;
  language: string;
}

/** Characters: what is drawn together at least, because every block costs something by itself. */
const worthACut = 1200;

export function blocksOf(markdown: string, smallest = worthACut): Block[] {
  // Footnotes and the addresses of links may stand in another block than what refers to them.
  if (/^ {0,3}\[[^\]\n]+\]:/m.test(markdown)) return [{ kind: "text", text: markdown }];
  const blocks: Block[] = [];
  let lines: string[] = [];
  /** Open within the lines, as in an entry of a list: no cut before it closes. */
  let inner: Fence | null = null;
  let outer: Fence | null = null;
  let inMath = false;
  let inList = false;
  /** Of the lines so far. */
  let size = 0;

  const cut = () => {
    if (lines.some((line) => line.trim() !== "")) blocks.push({ kind: "text", text: lines.join("\n") });
    lines = [];
    size = 0;
    inList = false;
  };
  const cutCode = (fence: Fence, closed: boolean) => {
    const text = lines.map((line) => withoutIndent(line, fence.indent)).join("\n");
    blocks.push({ kind: "code", text, language: fence.language, closed });
    lines = [];
  };

  for (const line of markdown.split("\n")) {
    if (outer) {
      if (closes(line, outer)) {
        cutCode(outer, true);
        outer = null;
      } else lines.push(line);
      continue;
    }
    if (inner) {
      lines.push(line);
      if (closes(line, inner)) inner = null;
      continue;
    }
    if (inMath) {
      lines.push(line);
      if (line.includes("$$")) inMath = false;
      continue;
    }
    const fence = fenceOf(line);
    if (fence && !(inList && fence.indent > 0)) {
      cut();
      outer = fence;
      continue;
    }
    const begins = lines.length === 0 || (lines.at(-1)?.trim() === "" && line.trim() !== "");
    if (begins && !(inList && continuesList(line))) {
      if (size >= smallest) cut();
      inList = false;
    }
    inList ||= isListItem(line);
    if (inList) inner = innerFenceOf(line);
    size += line.length + 1;
    if (!inner && line.trimStart().startsWith("$$") && !line.trimStart().slice(2).includes("$$")) inMath = true;
    lines.push(line);
  }
  if (outer) cutCode(outer, false);
  else cut();
  return blocks;
}

function fenceOf(line: string): Fence | null {
  const found = /^( {0,3})(`{3,}|~{3,})(.*)$/.exec(line);
  if (!found) return null;
  const [, indent = "", marker = "", info = ""] = found;
  // Inline code, otherwise.
  if (marker.startsWith("`") && info.includes("`")) return null;
  return {
    character: marker.charAt(0),
    length: marker.length,
    indent: indent.length,
    language: info.trim().split(/\s/)[0] ?? "",
  };
}

/** Of an entry of a list, however deep: "1. ```js" as well. */
function innerFenceOf(line: string): Fence | null {
  const found = /^\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)*(`{3,}|~{3,})(.*)$/.exec(line);
  const [, marker = "", info = ""] = found ?? [];
  return marker === "" || (marker.startsWith("`") && info.includes("`")) ? null : fenceOf(marker + info);
}

function closes(line: string, { character, length }: Fence): boolean {
  const text = line.trim();
  return text.length >= length && text === character.repeat(text.length);
}

function isListItem(line: string): boolean {
  return /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)/.test(line);
}

function continuesList(line: string): boolean {
  return isListItem(line) || /^(?: {2,}|\t)/.test(line);
}

function withoutIndent(line: string, indent: number): string {
  let at = 0;
  while (at < indent && line[at] === " ") at += 1;
  return line.slice(at);
}
