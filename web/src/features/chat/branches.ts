/** Where a message stands among those that were made in its place, and what can be done about it. */
import type { Message } from "@/api/types";

export interface Place {
  /** From 1. */
  position: number;
  count: number;
  previous: number | null;
  next: number | null;
}

/** Null: nothing else was made in its place. */
export function placeOf({ number, siblings }: Message): Place | null {
  if (!siblings || siblings.length < 2) return null;
  const ordered = [...siblings].sort((a, b) => a - b);
  const at = ordered.indexOf(number);
  if (at < 0) return null;
  return { position: at + 1, count: ordered.length, previous: ordered[at - 1] ?? null, next: ordered[at + 1] ?? null };
}

/** What is answered once more when this answer is: the last message of the user before it. Null: that is not known here. */
export function questionOf(messages: readonly Message[], number: number): number | null {
  const at = messages.findIndex((message) => message.number === number);
  return messages.slice(0, Math.max(at, 0)).findLast(({ role }) => role === "user")?.number ?? null;
}

/** It ended before it was complete, and there is something to go on from. */
export function canContinue({ role, content, finish }: Message): boolean {
  if (role !== "assistant" || content === "") return false;
  return finish === "length" || finish === "cancelled" || finish === "interrupted" || finish === "failed";
}

/** Somebody wrote it, and nobody answers. */
export function isUnanswered(messages: readonly Message[]): boolean {
  return messages.at(-1)?.role === "user";
}
