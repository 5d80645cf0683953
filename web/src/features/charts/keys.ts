/** What the keys do while the chart has the focus; whatever a drag or the wheel does, a key does, too. */

import { letterKeys } from "@/app/letterKeys";
import { isTyping, type Pressed, type ShortcutId, shortcutOf } from "@/app/shortcuts";

export type KeyAct =
  | { kind: "move"; bars: number }
  | { kind: "toStart" }
  | { kind: "toEnd" }
  | { kind: "zoom"; factor: number }
  | { kind: "scroll"; pages: number }
  | { kind: "leave" };

const acts: Readonly<Record<ShortcutId<"chart">, KeyAct>> = {
  back: { kind: "move", bars: -1 },
  on: { kind: "move", bars: 1 },
  farBack: { kind: "move", bars: -10 },
  farOn: { kind: "move", bars: 10 },
  first: { kind: "toStart" },
  last: { kind: "toEnd" },
  closer: { kind: "zoom", factor: 0.8 },
  further: { kind: "zoom", factor: 1.25 },
  earlier: { kind: "scroll", pages: -1 },
  later: { kind: "scroll", pages: 1 },
  leave: { kind: "leave" },
};

export function chartKey(event: Pressed): KeyAct | null {
  const id = shortcutOf("chart", event);
  return id === null ? null : acts[id];
}

/** On the whole page, unless somebody is typing or wants no such keys: another symbol is chosen. */
export function choosesSymbol(event: Pressed & { target: unknown; defaultPrevented: boolean }): boolean {
  if (event.defaultPrevented || isTyping(event.target) || !letterKeys.areOn()) return false;
  return shortcutOf("chartPage", event) === "symbol";
}

/** Where the crosshair goes from `at` (null: it is nowhere, and begins at the end). */
export function moved(at: number | null, bars: number, length: number): number | null {
  if (length === 0) return null;
  if (at === null) return bars < 0 ? Math.max(0, length - 1) : length - 1;
  return Math.min(length - 1, Math.max(0, at + bars));
}

export interface Span {
  from: number;
  to: number;
}

/** The same, wider or narrower around its right end, or around where the crosshair stands. */
export function zoomed({ from, to }: Span, factor: number, around: number | null, least = 10): Span {
  const width = Math.max(least, (to - from) * factor);
  const fixed = around !== null && around >= from && around <= to ? around : to;
  const share = to > from ? (fixed - from) / (to - from) : 1;
  const begin = fixed - width * share;
  return { from: begin, to: begin + width };
}

/** Moved so far that `at` is within, with some room beside it. */
export function reaching({ from, to }: Span, at: number): Span {
  const room = Math.min(3, (to - from) / 10);
  if (at < from + room) return { from: at - room, to: at - room + (to - from) };
  if (at > to - room) return { from: at + room - (to - from), to: at + room };
  return { from, to };
}
