/**
 * Everything secret that the tests of one file have sent or received. When a program ends, its log and its database file
 * are searched for each of them (checklist 46).
 */
import { randomText } from "./environment";

const planted = new Set<string>();

/** Remembers a secret; short ones are left out, because they occur by chance. */
export function plant(secret: string): void {
  if (secret.length >= 12) planted.add(secret);
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
  return [...planted].filter((secret) => formsOf(secret).some((form) => haystack.includes(form)));
}

function formsOf(secret: string): string[] {
  return [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64").replace(/=+$/, "")];
}
