// @vitest-environment jsdom
import { expect, it } from "vitest";
import { begins, isTyping, keysOf, shortcutOf, shortcuts, shortcutScopes } from "./shortcuts";

const press = (key: string, more: KeyboardEventInit = {}) => new KeyboardEvent("keydown", { key, ...more });

it.each([
  ["everywhere", press("k", { ctrlKey: true }), null, "palette"],
  ["everywhere", press("k", { metaKey: true }), null, "palette"],
  ["everywhere", press("K", { ctrlKey: true }), null, "palette"],
  ["everywhere", press("k"), null, null],
  ["everywhere", press("k", { ctrlKey: true, altKey: true }), null, null],
  ["page", press("?", { shiftKey: true }), null, "help"],
  ["page", press("?"), null, "help"],
  ["page", press("?", { ctrlKey: true }), null, null],
  ["page", press("c"), "g", "goChat"],
  ["page", press("c"), "n", "newConversation"],
  ["page", press("c"), null, null],
  ["page", press("c"), "x", null],
  ["chart", press("ArrowLeft"), null, "back"],
  ["chart", press("ArrowLeft", { shiftKey: true }), null, "farBack"],
  ["chart", press("="), null, "closer"],
  ["chart", press("_", { shiftKey: true }), null, "further"],
  ["message", press("Enter", { shiftKey: true }), null, null],
] as const)("%s: row %#", (scope, event, before, id) => {
  expect(shortcutOf(scope, event, before)).toBe(id);
});

it("knows the keys that another one follows", () => {
  expect(begins("page", press("g"))).toBe(true);
  expect(begins("page", press("g", { ctrlKey: true }))).toBe(false);
  expect(begins("page", press("x"))).toBe(false);
  expect(begins("chart", press("g"))).toBe(false);
});

it.each([
  ["<p></p>", false],
  ["<button></button>", false],
  ["<input>", true],
  ["<textarea></textarea>", true],
  ["<select></select>", true],
  ['<div role="dialog"><button></button></div>', true],
])("in %s somebody types: %s", (html, typing) => {
  document.body.innerHTML = html;
  expect(isTyping(document.querySelector("button, input, textarea, select, p"))).toBe(typing);
});

it("no key means two things in one place, and every name stands for one", () => {
  for (const scope of shortcutScopes) {
    const keys = shortcuts[scope].map((each) => keysOf(each).join(" "));
    expect(new Set(keys).size, scope).toBe(keys.length);
    const ids = shortcuts[scope].map(({ id }) => id);
    expect(new Set(ids).size, scope).toBe(ids.length);
  }
});
