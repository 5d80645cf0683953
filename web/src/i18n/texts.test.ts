import { describe, expect, it } from "vitest";
import { adminDe } from "./admin.de";
import { adminEn } from "./admin.en";
import { chartsDe } from "./charts.de";
import { chartsEn } from "./charts.en";
import { chatDe } from "./chat.de";
import { chatEn } from "./chat.en";
import { de } from "./de";
import { en } from "./en";

function flatten(texts: object, prefix = ""): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === "string") flat.set(prefix + key, value);
    else for (const [path, text] of flatten(value as object, `${prefix}${key}.`)) flat.set(path, text);
  }
  return flat;
}

const placeholders = (text: string) => [...text.matchAll(/{{\s*(\w+)\s*}}/g)].map(([, name]) => name).sort();

describe.each([
  ["everybody", en, de],
  ["administrators", adminEn, adminDe],
  ["the conversations", chatEn, chatDe],
  ["the charts", chartsEn, chartsDe],
])("the texts for %s", (_, inEnglish, inGerman) => {
  const english = flatten(inEnglish);
  const german = flatten(inGerman);

  it("exist in both languages", () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it.each([...english.keys()])("%s says something, with the same placeholders", (key) => {
    const text = german.get(key) ?? "";
    expect(text.trim()).not.toBe("");
    expect(english.get(key)?.trim()).not.toBe("");
    expect(placeholders(text)).toEqual(placeholders(english.get(key) ?? ""));
  });

  it("has both plural forms of whatever has one", () => {
    for (const key of english.keys()) {
      if (key.endsWith("_one")) expect(english.has(key.replace(/_one$/, "_other")), key).toBe(true);
    }
  });
});
