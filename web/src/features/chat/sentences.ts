/**
 * An answer as a screen reader is told of it: sentence by sentence while it grows, without the signs of Markdown. Pure; the region
 * that says it is Announcer.tsx.
 */

export interface Spoken {
  sentences: string[];
  /** How much of the text has been told with them. */
  upTo: number;
}

/** More than that is not waited for, where somebody writes without full stops. */
const longest = 400;

/**
 * What can be told of `text` behind `from`: whole sentences; with `ended`, all the rest. A code block is told as that, with its
 * language, once it is closed.
 */
export function sentencesAfter(
  text: string,
  from: number,
  ended: boolean,
  codeText: (language: string) => string,
): Spoken {
  const sentences: string[] = [];
  let at = from;
  for (;;) {
    const fence = fenceAt(text, at);
    if (fence) {
      const end = closingOf(text, fence);
      if (end === null && !ended) break;
      sentences.push(codeText(fence.language));
      at = end ?? text.length;
      continue;
    }
    const end = sentenceEnd(text, at, ended);
    if (end === null) break;
    const plain = plainText(text.slice(at, end));
    if (plain !== "") sentences.push(plain);
    at = end;
  }
  return { sentences, upTo: at };
}

interface Fence {
  marker: string;
  language: string;
  bodyAt: number;
}

/** A code block that begins here, after blank lines at most. */
function fenceAt(text: string, at: number): Fence | null {
  const pattern = atLineStart(text, at)
    ? /[ \t\r\n]*(`{3,}|~{3,})([^\n`]*)(\n|$)/y
    : /[ \t\r]*\n[ \t\r\n]*(`{3,}|~{3,})([^\n`]*)(\n|$)/y;
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  // Its first line is still being written.
  if (!found || found[3] === "") return null;
  return { marker: found[1] ?? "", language: (found[2] ?? "").trim().split(/\s/)[0] ?? "", bodyAt: pattern.lastIndex };
}

function atLineStart(text: string, at: number): boolean {
  return at === 0 || text[at - 1] === "\n";
}

function closingOf(text: string, { marker, bodyAt }: Fence): number | null {
  for (let at = bodyAt; at < text.length;) {
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline + 1;
    const line = text.slice(at, end).trim();
    // A line that is still being written may go on.
    if (line.startsWith(marker) && line === marker[0]?.repeat(line.length) && newline >= 0) return end;
    at = end;
  }
  return null;
}

/** Where the sentence that begins at `at` ends: behind its full stop, or behind its line. */
function sentenceEnd(text: string, at: number, ended: boolean): number | null {
  if (at >= text.length) return null;
  const pattern = /\n|[.!?…]+["'”’»)\]*_]*(?=\s)|[。！？]/g;
  // White space before it belongs to it.
  pattern.lastIndex = at + (/^\s*/.exec(text.slice(at, at + longest))?.[0].length ?? 0);
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const end = pattern.lastIndex;
    if (end - at > longest) break;
    if (found[0] === "\n" || !isAbbreviation(text.slice(at, end))) return end;
  }
  if (text.length - at > longest) {
    const blank = text.lastIndexOf(" ", at + longest);
    return blank > at ? blank : at + longest;
  }
  return ended ? text.length : null;
}

/** "e.g.", "z. B.", "Dr.", "3.": no end of a sentence. */
function isAbbreviation(sentence: string): boolean {
  return /(?:^|[\s(])(?:\p{L}|\d{1,3}|\p{L}\.\s?\p{L}|[A-Z]r|vs|ca|bzw|usw|etc|Nr|No|St|Mrs|approx|ggf|inkl|vgl)\.$/u.test(
    sentence,
  );
}

/** Without what only the eye needs. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+(?:\[[ xX]\]\s+)?)+/gm, "")
    .replace(/^\s*\|?(?:\s*:?-{3,}:?\s*\|?)+\s*$/gm, "")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/(\*\*|__|~~|\*|`+)(?=\S)(.+?)(?<=\S)\1/g, "$2")
    .replace(/\*\*/g, "")
    .replace(/\s*\|\s*/g, ", ")
    .replace(/^[,\s]+|[,\s]+$/g, "")
    .replace(/\s+/g, " ");
}
