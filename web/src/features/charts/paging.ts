/** When older candles are loaded, and which. */
import type { Span } from "./keys";

/** Candles of one piece, and the most of one. */
export const pieceSize = 1000;
const largestPiece = 5000;

/** Less than half a window is left before the first one. */
export function wantsOlder(visible: Span | null): boolean {
  if (!visible) return false;
  return visible.from < Math.max(20, (visible.to - visible.from) / 2);
}

/**
 * Before the first one that is there, half as many as are seen. All series are drawn anew with each piece: whoever looks at twenty
 * thousand would wait for ten small ones.
 */
export function olderThan(first: number, visible: Span | null): { to: number; limit: number } {
  const half = visible ? Math.ceil((visible.to - visible.from) / 2) : 0;
  return { to: first, limit: Math.min(largestPiece, Math.max(pieceSize, half)) };
}

/** How much of the end is read once more when something was missed. */
export function endFrom(times: readonly number[], count = 300): number | null {
  return times[Math.max(0, times.length - count)] ?? null;
}
