/**
 * Whether the guide is over for somebody: hidden by them, or done, so that it does not come back when they delete their only chart.
 * It stands in the browser, under the account's id; on another device the guide shows what is left, or nothing.
 */
import { readStored, writeStored } from "@/app/stored";

const keyOf = (owner: string) => `kontor.guide.${owner}`;

export function isGuideClosed(owner: string): boolean {
  return readStored(keyOf(owner)) === "closed";
}

export function closeGuide(owner: string): void {
  writeStored(keyOf(owner), "closed");
}
