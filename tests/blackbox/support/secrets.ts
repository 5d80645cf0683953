/**
 * Everything secret that the tests of one file have sent or received. When a program ends, its log and its database file
 * are searched for each of them (checklist 46).
 */
import { randomText } from "./environment";

/**
 * One form of a secret, as bytes. A file of tests plants thousands and searches thousands of replies for all of them, so
 * a text is gone through once, whatever their number: only where four bytes are the last of some form is that one compared.
 */
interface Form {
  secret: string;
  bytes: Buffer;
}
const formsByEnd = new Map<number, Form[]>();
/** Which hashes of four bytes occur: most places are passed by a look at this table. */
const ends = new Uint8Array(1 << 20);
const hashOf = (four: number): number => Math.imul(four, 0x9e3779b1) >>> 12;

const planted = new Set<string>();

/** Remembers a secret; short ones are left out, because they occur by chance. */
export function plant(secret: string): void {
  if (secret.length < 12 || planted.has(secret)) return;
  planted.add(secret);
  for (const form of formsOf(secret)) {
    const bytes = Buffer.from(form);
    const end = bytes.readInt32BE(bytes.length - 4);
    ends[hashOf(end)] = 1;
    const others = formsByEnd.get(end);
    if (others === undefined) formsByEnd.set(end, [{ secret, bytes }]);
    else others.push({ secret, bytes });
  }
}

/** A good password that no list contains. */
export function newPassword(): string {
  const password = `Planted word ${randomText()}`;
  plant(password);
  return password;
}

/** The planted secrets that stand in `text`, also in the forms in which they travel: URL and base64. */
export function findPlanted(text: string | Buffer): string[] {
  const haystack = Buffer.isBuffer(text) ? text : Buffer.from(text);
  const found = new Set<string>();
  let four = 0;
  for (let at = 0; at < haystack.length; at += 1) {
    four = (four << 8) | (haystack[at] as number);
    if (ends[hashOf(four)] === 0) continue;
    for (const { secret, bytes } of formsByEnd.get(four) ?? []) {
      const from = at + 1 - bytes.length;
      if (from >= 0 && haystack.compare(bytes, 0, bytes.length, from, at + 1) === 0) found.add(secret);
    }
  }
  return [...found];
}

function formsOf(secret: string): Set<string> {
  return new Set([secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64").replace(/=+$/, "")]);
}
