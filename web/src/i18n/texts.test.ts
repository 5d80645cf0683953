/** German and English, compared with each other and with the pages that use them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { accountDe } from "./account.de";
import { accountEn } from "./account.en";
import { adminDe } from "./admin.de";
import { adminEn } from "./admin.en";
import { chartsDe } from "./charts.de";
import { chartsEn } from "./charts.en";
import { chatDe } from "./chat.de";
import { chatEn } from "./chat.en";
import { de } from "./de";
import { deskDe } from "./desk.de";
import { deskEn } from "./desk.en";
import { en } from "./en";
import { same } from "./sameTexts";
import { settingsDe } from "./settings.de";
import { settingsEn } from "./settings.en";

function flatten(texts: object, prefix = ""): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === "string") flat.set(prefix + key, value);
    else for (const [path, text] of flatten(value as object, `${prefix}${key}.`)) flat.set(path, text);
  }
  return flat;
}

const placeholders = (text: string) => [...text.matchAll(/{{\s*(\w+)\s*}}/g)].map(([, name]) => name).sort();
const plural = /_(?:zero|one|two|few|many|other)$/;

const everybody = { en: { ...en, ...accountEn, ...settingsEn }, de: { ...de, ...accountDe, ...settingsDe } };
const parts = [
  ["everybody", everybody.en, everybody.de],
  ["the desk", deskEn, deskDe],
  ["administrators", adminEn, adminDe],
  ["the conversations", chatEn, chatDe],
  ["the charts", chartsEn, chartsDe],
] as const;

it("no section of what everybody is told stands in two files", () => {
  const sections = [en, accountEn, settingsEn].flatMap((texts) => Object.keys(texts));
  expect(sections.filter((name, place) => sections.indexOf(name) !== place)).toEqual([]);
});

describe.each(parts)("the texts for %s", (part, inEnglish, inGerman) => {
  const english = flatten(inEnglish);
  const german = flatten(inGerman);

  it("exist in both languages", () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("all say something", () => {
    const empty = (texts: Map<string, string>) => [...texts].filter(([, text]) => text.trim() === "");
    expect(empty(english)).toEqual([]);
    expect(empty(german)).toEqual([]);
  });

  it("have the same placeholders", () => {
    const unlike = [...english].filter(
      ([key, text]) => placeholders(text).join() !== placeholders(german.get(key) ?? "").join(),
    );
    expect(unlike).toEqual([]);
  });

  it("have both plural forms where they have one", () => {
    for (const key of english.keys()) {
      if (!plural.test(key)) continue;
      const stem = key.replace(plural, "");
      expect([english.has(`${stem}_one`), english.has(`${stem}_other`)], key).toEqual([true, true]);
      expect(english.has(stem), `${stem} is no form of itself`).toBe(false);
    }
  });

  it("are alike in both languages only where that is written down", () => {
    const alike = [...english].filter(([key, text]) => /\p{L}/u.test(text) && german.get(key) === text);
    const listed = same[part] ?? {};
    expect(alike.map(([key]) => key).sort()).toEqual(Object.keys(listed).sort());
    for (const [key, reason] of Object.entries(listed)) expect(reason.trim(), key).not.toBe("");
  });
});

/** Sources of the pages, without tests and texts. */
function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ["i18n/testing", "testing"].includes(entry.name) ? [] : sources(path);
    const isSource = /\.tsx?$/.test(entry.name) && !/\.test\.|\.d\.ts$|\.(?:de|en)\.ts$/.test(entry.name);
    return isSource && !/[/\\]i18n[/\\](?:de|en|sameTexts)\.ts$/.test(path) ? [path] : [];
  });
}

/** Every text in the sources as a pattern: what is put into a template may be anything but a dot too much. */
const spoken = new Set<string>();
const patterns = new Set<string>();
/** What is given to `t` as it stands. */
const asked = new Map<string, string>();

for (const path of sources(join(import.meta.dirname, ".."))) {
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) {
      spoken.add(node.text);
      const call = node.parent;
      const isAsked =
        ts.isCallExpression(call) && call.arguments[0] === node && /^t(?:[A-Z]\w*)?$/.test(call.expression.getText());
      if (isAsked) asked.set(node.text, path);
    }
    if (ts.isTemplateExpression(node)) {
      const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      const pattern = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]
        .map(escaped)
        .join(".+");
      if (/\w\\\.|\\\.\w/.test(pattern)) patterns.add(pattern);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
}

const keys = new Set(
  parts.flatMap(([, english]) => [...flatten(english).keys()].map((key) => key.replace(plural, ""))),
);

it("every text is said somewhere", () => {
  const made = [...patterns].map((pattern) => new RegExp(`^${pattern}$`));
  const unused = [...keys].filter((key) => !spoken.has(key) && !made.some((pattern) => pattern.test(key)));
  expect(unused).toEqual([]);
});

it("every text that a page asks for exists", () => {
  expect(asked.size).toBeGreaterThan(300);
  expect([...asked].filter(([key]) => !keys.has(key))).toEqual([]);
});
