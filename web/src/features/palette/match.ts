/** Which of the things that are known here fit the words, and which of them fits best. */

/** Letters without case and accents; what is no letter or number parts words. */
function wordsOf(text: string): string[] {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/**
 * Null: it does not fit. Otherwise the smaller the better: every word that is looked for has to begin a word of the name, or of the
 * other words under which it is found; names that begin with it come first.
 */
export function fit(wanted: string, name: string, also = ""): number | null {
  const words = wordsOf(wanted);
  if (words.length === 0) return 0;
  const named = wordsOf(name);
  const others = wordsOf(also);
  let sum = 0;
  for (const word of words) {
    const place = named.findIndex((each) => each.startsWith(word));
    if (place >= 0) sum += place === 0 ? 0 : 1;
    else if (named.some((each) => each.includes(word)) || others.some((each) => each.startsWith(word))) sum += 3;
    else return null;
  }
  return sum;
}

/** Those that fit, the best first; among equals their order stands. */
export function fitting<Thing extends { name: string; also?: string }>(
  wanted: string,
  things: readonly Thing[],
  most = Number.POSITIVE_INFINITY,
): Thing[] {
  return things
    .map((thing) => ({ thing, how: fit(wanted, thing.name, thing.also) }))
    .filter((each): each is { thing: Thing; how: number } => each.how !== null)
    .sort((a, b) => a.how - b.how)
    .slice(0, most)
    .map(({ thing }) => thing);
}
