/** When older candles are loaded, and which. */
import type { Span } from "./keys";

/** Candles of one piece. */
export const pieceSize = 1000;

/** Less than half a window is left before the first one. */
export function wantsOlder(visible: Span | null): boolean {
  if (!visible) return false;
  return visible.from < Math.max(20, (visible.to - visible.from) / 2);
}

/** Before the first one that is there. */
export function olderThan(first: number): { to: number; limit: number } {
  return { to: first, limit: pieceSize };
}

/** How much of the end is read once more when something was missed. */
export function endFrom(times: readonly number[], count = 300): number | null {
  return times[Math.max(0, times.length - count)] ?? null;
}
