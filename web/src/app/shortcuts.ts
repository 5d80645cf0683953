/**
 * Every key that does something, once: the handlers ask this table what was pressed, and the help (features/palette/KeysDialog.tsx)
 * is drawn from it, so neither can know of a key that the other does not.
 */

/** What is needed of a KeyboardEvent. */
export interface Pressed {
  key: string;
  shiftKey: boolean;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}

interface Press {
  key: string;
  /** Control, or Command on a Mac. */
  mod?: true;
  /** Left out: it does not matter, as with a sign that needs it on one keyboard and not on another. */
  shift?: boolean;
  /** Pressed within a moment behind this other one. */
  after?: string;
}

interface Shortcut {
  id: string;
  /** Any of them. */
  presses: readonly [Press, ...Press[]];
}

/** In the order of the help: where keys work, and which. */
export const shortcutScopes = ["everywhere", "page", "chartPage", "chart", "message"] as const;
export type ShortcutScope = (typeof shortcutScopes)[number];

/** `everywhere`: while somebody types, too. `page`: not then. The others where the thing has the focus, or the page shows it. */
export const shortcuts = {
  everywhere: [{ id: "palette", presses: [{ key: "k", mod: true }] }],
  page: [
    { id: "help", presses: [{ key: "?" }] },
    { id: "goStart", presses: [{ key: "s", after: "g", shift: false }] },
    { id: "goChat", presses: [{ key: "c", after: "g", shift: false }] },
    { id: "goCharts", presses: [{ key: "m", after: "g", shift: false }] },
    { id: "newConversation", presses: [{ key: "c", after: "n", shift: false }] },
    { id: "newChart", presses: [{ key: "m", after: "n", shift: false }] },
  ],
  chartPage: [{ id: "symbol", presses: [{ key: "/" }] }],
  chart: [
    { id: "back", presses: [{ key: "ArrowLeft", shift: false }] },
    { id: "on", presses: [{ key: "ArrowRight", shift: false }] },
    { id: "farBack", presses: [{ key: "ArrowLeft", shift: true }] },
    { id: "farOn", presses: [{ key: "ArrowRight", shift: true }] },
    { id: "first", presses: [{ key: "Home" }] },
    { id: "last", presses: [{ key: "End" }] },
    { id: "closer", presses: [{ key: "+" }, { key: "=" }] },
    { id: "further", presses: [{ key: "-" }, { key: "_" }] },
    { id: "earlier", presses: [{ key: "PageUp" }] },
    { id: "later", presses: [{ key: "PageDown" }] },
    { id: "leave", presses: [{ key: "Escape" }] },
  ],
  message: [
    { id: "send", presses: [{ key: "Enter", shift: false }] },
    { id: "stop", presses: [{ key: "Escape" }] },
  ],
} as const satisfies Record<ShortcutScope, readonly Shortcut[]>;

export type ShortcutId<Scope extends ShortcutScope = ShortcutScope> = (typeof shortcuts)[Scope][number]["id"];

/** What a key means there; `before` is the one that was pressed a moment ago, if any. */
export function shortcutOf<Scope extends ShortcutScope>(
  scope: Scope,
  event: Pressed,
  before: string | null = null,
): ShortcutId<Scope> | null {
  const found = (shortcuts[scope] as readonly Shortcut[]).find(({ presses }) =>
    presses.some((press) => isPress(press, event, before)),
  );
  return (found?.id ?? null) as ShortcutId<Scope> | null;
}

/** Another key has to follow this one. */
export function begins(scope: ShortcutScope, event: Pressed): boolean {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return false;
  return (shortcuts[scope] as readonly Shortcut[]).some(({ presses }) =>
    presses.some(({ after }) => after === event.key.toLowerCase()),
  );
}

function isPress({ key, mod, shift, after }: Press, event: Pressed, before: string | null): boolean {
  if (event.altKey || (event.ctrlKey || event.metaKey) !== (mod ?? false)) return false;
  if (shift !== undefined && shift !== event.shiftKey) return false;
  if ((after ?? null) !== (after === undefined ? null : before)) return false;
  // With the caps lock on, or Control held, browsers tell a letter in either case.
  return event.key === key || (key.length === 1 && event.key.toLowerCase() === key);
}

/** Somebody writes or chooses something there: keys belong to that, but for those with Control. */
export function isTyping(target: unknown): boolean {
  const element = target instanceof Element ? target : null;
  if (element === null) return false;
  return (
    element.matches("input, textarea, select, [contenteditable=true]") ||
    element.closest("[role=dialog], [role=alertdialog], [role=menu]") !== null
  );
}

/** The keys of a shortcut in the order in which they are pressed, by the names in `aria-keyshortcuts`. */
export function keysOf(shortcut: (typeof shortcuts)[ShortcutScope][number]): string[] {
  const { key, mod, shift, after }: Press = shortcut.presses[0];
  return [...(after ? [after] : []), ...(mod ? ["Mod"] : []), ...(shift ? ["Shift"] : []), key];
}
