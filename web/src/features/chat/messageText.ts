/** How long a message may be, and which key sends it. */
import { shortcutOf } from "@/app/shortcuts";

export const longestMessage = 32_000;

/** Code points, as the program counts; the fast way as long as it cannot matter. */
export function lengthStanding(text: string): { left: number; near: boolean } {
  const near = longestMessage * 0.9;
  if (text.length <= near) return { left: longestMessage - text.length, near: false };
  let count = 0;
  for (const _ of text) count += 1;
  return { left: longestMessage - count, near: count > near };
}

/** Enter alone. Not while a word is composed (an accent, Chinese): there it ends the word. Not where keys are on the screen. */
export function sendsMessage(event: KeyboardEvent): boolean {
  if (shortcutOf("message", event) !== "send") return false;
  // Safari ends the composition before it tells of the key, whose code is 229 then.
  if (event.isComposing || event.keyCode === 229) return false;
  return !matchMedia("(pointer: coarse) and (hover: none)").matches;
}
