/** What the keys do while the chart has the focus; whatever a drag or the wheel does, a key does, too. */

export type KeyAct =
  | { kind: "move"; bars: number }
  | { kind: "toStart" }
  | { kind: "toEnd" }
  | { kind: "zoom"; factor: number }
  | { kind: "scroll"; pages: number }
  | { kind: "leave" };

interface Pressed {
  key: string;
  shiftKey: boolean;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}

export function chartKey({ key, shiftKey, altKey, ctrlKey, metaKey }: Pressed): KeyAct | null {
  if (altKey || ctrlKey || metaKey) return null;
  switch (key) {
    case "ArrowLeft":
      return { kind: "move", bars: shiftKey ? -10 : -1 };
    case "ArrowRight":
      return { kind: "move", bars: shiftKey ? 10 : 1 };
    case "Home":
      return { kind: "toStart" };
    case "End":
      return { kind: "toEnd" };
    case "PageUp":
      return { kind: "scroll", pages: -1 };
    case "PageDown":
      return { kind: "scroll", pages: 1 };
    case "+":
    case "=":
      return { kind: "zoom", factor: 0.8 };
    case "-":
    case "_":
      return { kind: "zoom", factor: 1.25 };
    case "Escape":
      return { kind: "leave" };
    default:
      return null;
  }
}

export type PageKey = "search" | "help";

/** On the whole page, unless somebody is typing. */
export function pageKey(event: Pressed & { target: unknown; defaultPrevented: boolean }): PageKey | null {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target)) return null;
  if (event.key === "/") return "search";
  return event.key === "?" ? "help" : null;
}

function isTyping(target: unknown): boolean {
  if (typeof target !== "object" || target === null || !("matches" in target)) return false;
  const element = target as Element;
  return (
    element.matches("input, textarea, select, [contenteditable=true]") ||
    element.closest("[role=dialog], [role=alertdialog], [role=menu]") !== null
  );
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
