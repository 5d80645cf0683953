// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from "vitest";
import { chooseTheme, useTheme } from "./theme";

describe("chooseTheme", () => {
  it.each([
    ["light", "light"],
    ["dark", "dark"],
    ["system", "system"],
    [null, "system"],
    ["", "system"],
    ["sepia", "system"],
  ])("%j → %s", (stored, theme) => {
    expect(chooseTheme(stored)).toBe(theme);
  });
});

describe("useTheme", () => {
  beforeEach(() => localStorage.clear());

  it("remembers a choice and marks the root element", () => {
    useTheme.getState().setTheme("dark");
    expect(document.documentElement.dataset.theme).toBe("dark");
    expect(localStorage.getItem("kontor.theme")).toBe("dark");
  });

  it("leaves no trace when the system decides", () => {
    useTheme.getState().setTheme("dark");
    useTheme.getState().setTheme("system");
    expect(document.documentElement.dataset.theme).toBeUndefined();
    expect(localStorage.getItem("kontor.theme")).toBeNull();
  });
});
