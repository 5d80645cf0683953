import { describe, expect, it } from "vitest";
import { chooseLanguage } from "./language";

describe("chooseLanguage", () => {
  it.each([
    [null, ["de-AT", "en"], "de"],
    [null, ["en-GB", "de"], "en"],
    [null, ["fr", "de-CH", "en"], "de"],
    [null, ["fr", "ja"], "en"],
    [null, [], "en"],
    [null, ["DE"], "de"],
    [null, ["den"], "en"], // Slavey, not German
    ["de", ["en"], "de"],
    ["en", ["de"], "en"],
    ["fr", ["de"], "de"],
    ["", ["de"], "de"],
  ] as const)("stored %j, browser %j → %s", (stored, preferred, language) => {
    expect(chooseLanguage(stored, preferred)).toBe(language);
  });
});
