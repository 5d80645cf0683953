// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import { letterKeys } from "@/app/letterKeys";
import { chartKey, choosesSymbol, moved, reaching, zoomed } from "./keys";

const press = (key: string, more: Partial<KeyboardEvent> = {}) =>
  new KeyboardEvent("keydown", { key, ...(more as KeyboardEventInit) });

it.each([
  ["ArrowLeft", {}, { kind: "move", bars: -1 }],
  ["ArrowRight", { shiftKey: true }, { kind: "move", bars: 10 }],
  ["Home", {}, { kind: "toStart" }],
  ["End", {}, { kind: "toEnd" }],
  ["+", {}, { kind: "zoom", factor: 0.8 }],
  ["-", {}, { kind: "zoom", factor: 1.25 }],
  ["PageUp", {}, { kind: "scroll", pages: -1 }],
  ["Escape", {}, { kind: "leave" }],
  ["ArrowLeft", { altKey: true }, null],
  ["+", { ctrlKey: true }, null],
  ["a", {}, null],
  ["Tab", {}, null],
])("%s with %j does %j", (key, more, act) => {
  expect(chartKey(press(key, more))).toEqual(act);
});

describe("on the page", () => {
  const from = (html: string, key: string) => {
    document.body.innerHTML = html;
    const event = press(key, {});
    Object.defineProperty(event, "target", { value: document.body.querySelector("[data-here]") ?? document.body });
    return choosesSymbol(event);
  };
  it.each([
    ["<p data-here></p>", "/", true],
    ["<button data-here></button>", "/", true],
    ["<button data-here></button>", "?", false],
    ["<input data-here>", "/", false],
    ["<textarea data-here></textarea>", "/", false],
    ["<select data-here></select>", "/", false],
    ['<div role="dialog"><button data-here></button></div>', "/", false],
    ["<p data-here></p>", "x", false],
  ])("in %s the key %s chooses a symbol: %s", (html, key, does) => {
    expect(from(html, key)).toBe(does);
  });
  it("not for those who want no keys of one letter", () => {
    letterKeys.set(false);
    expect(from("<p data-here></p>", "/")).toBe(false);
    letterKeys.set(true);
    expect(from("<p data-here></p>", "/")).toBe(true);
  });
});

it.each([
  [null, -1, 5, 4],
  [null, 1, 5, 4],
  [4, -1, 5, 3],
  [4, 1, 5, 4],
  [3, -10, 5, 0],
  [2, 1, 0, null],
])("from %s by %d of 5 it goes to the right place", (at, bars, length, expected) => {
  expect(moved(at, bars, length)).toBe(expected);
});

it("zoom keeps what the crosshair is on in its place, otherwise the right end", () => {
  expect(zoomed({ from: 0, to: 100 }, 0.5, null)).toEqual({ from: 50, to: 100 });
  expect(zoomed({ from: 0, to: 100 }, 0.5, 20)).toEqual({ from: 10, to: 60 });
  expect(zoomed({ from: 0, to: 100 }, 0.5, 400)).toEqual({ from: 50, to: 100 });
  expect(zoomed({ from: 0, to: 12 }, 0.5, null)).toEqual({ from: 2, to: 12 });
});

it("a place out of sight is moved to, one in sight is not", () => {
  expect(reaching({ from: 10, to: 40 }, 20)).toEqual({ from: 10, to: 40 });
  expect(reaching({ from: 10, to: 40 }, 5)).toEqual({ from: 2, to: 32 });
  expect(reaching({ from: 10, to: 40 }, 60)).toEqual({ from: 33, to: 63 });
});
