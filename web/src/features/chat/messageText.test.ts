// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { lengthStanding, sendsMessage } from "./messageText";

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
});

describe("lengthStanding", () => {
  it.each([
    ["", 32_000, false],
    ["a".repeat(28_800), 3200, false],
    ["a".repeat(28_801), 3199, true],
    ["a".repeat(32_000), 0, true],
    ["a".repeat(32_001), -1, true],
    ["🙂".repeat(32_000), 0, true],
    ["🙂".repeat(20_000), 12_000, false],
  ])("%#", (text, left, near) => {
    expect(lengthStanding(text)).toEqual({ left, near });
  });
});

describe("sendsMessage", () => {
  const key = (init: KeyboardEventInit & { keyCode?: number }) =>
    new KeyboardEvent("keydown", { key: "Enter", ...init });

  it("Enter does", () => {
    expect(sendsMessage(key({}))).toBe(true);
  });
  it.each([
    [{ shiftKey: true }],
    [{ altKey: true }],
    [{ ctrlKey: true }],
    [{ metaKey: true }],
    [{ isComposing: true }],
    [{ keyCode: 229 }],
    [{ key: "a" }],
  ])("%j does not", (init) => {
    expect(sendsMessage(key(init))).toBe(false);
  });
  it("Enter begins a line where the keys are on the screen", () => {
    vi.stubGlobal("matchMedia", () => ({ matches: true }));
    expect(sendsMessage(key({}))).toBe(false);
  });
});
