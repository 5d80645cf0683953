import { describe, expect, it } from "vitest";
import { chooseLanguage, formatLocale } from "./language";

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

describe("formatLocale", () => {
  it.each([
    ["en", ["en-GB", "en-US"], "en-GB"],
    ["en", ["de-DE", "en-AU"], "en-AU"],
    ["de", ["en-GB"], "de"],
    ["de", ["de-CH"], "de-CH"],
    ["de", [], "de"],
  ])("%s for a browser with %j → %s", (language, preferred, locale) => {
    expect(formatLocale(language, preferred)).toBe(locale);
  });
});
