import { describe, expect, it } from "vitest";
import { effort } from "./testing/effort";
import { plainText, sentencesAfter } from "./sentences";

const code = (language: string) => (language ? `Code in ${language}.` : "Code.");
const all = (text: string) => sentencesAfter(text, 0, true, code).sentences;

/** What is told while the text grows by `size` characters at a time. */
function grown(text: string, size: number): string[] {
  const told: string[] = [];
  let upTo = 0;
  for (let length = size; ; length += size) {
    const ended = length >= text.length;
    const spoken = sentencesAfter(text.slice(0, length), upTo, ended, code);
    told.push(...spoken.sentences);
    upTo = spoken.upTo;
    if (ended) return told;
  }
}

describe("sentencesAfter", () => {
  it.each([
    ["Gold rises. It shines! Why? Nobody knows", ["Gold rises.", "It shines!", "Why?", "Nobody knows"]],
    ["Er kostet 1.234,56 € am 3. Mai. Gut.", ["Er kostet 1.234,56 € am 3. Mai.", "Gut."]],
    ["Use e.g. gold, or z. B. silver. Dr. Who said so.", ["Use e.g. gold, or z. B. silver.", "Dr. Who said so."]],
    ['He said "no." Then he left.', ['He said "no."', "Then he left."]],
    ["# Title\n\nText without a stop\nand more", ["Title", "Text without a stop", "and more"]],
    ["- one\n- [x] two\n", ["one", "two"]],
    ["| a | b |\n|---|---|\n| 1 | 2 |\n", ["a, b", "1, 2"]],
    ["**Bold.** And `code` and [a link](https://example.com/a.b).", ["Bold.", "And code and a link."]],
    ["Look:\n\n```ts\nconst a = 1. \n```\n\nDone.", ["Look:", "Code in ts.", "Done."]],
    ["```\nnever closed. Not", ["Code."]],
    ["金价上涨。为什么？", ["金价上涨。", "为什么？"]],
    ["", []],
    ["\n\n \n", []],
  ])("%j", (text, sentences) => {
    expect(all(text)).toEqual(sentences);
  });

  it("waits for the end of what is being written", () => {
    expect(sentencesAfter("Gold rises. It sh", 0, false, code)).toEqual({ sentences: ["Gold rises."], upTo: 11 });
    expect(sentencesAfter("It costs 3.", 0, false, code)).toEqual({ sentences: [], upTo: 0 });
    expect(sentencesAfter("```ts\nconst a", 0, false, code)).toEqual({ sentences: [], upTo: 0 });
  });

  it("does not wait for ever", () => {
    const endless = "word ".repeat(500);
    const { sentences } = sentencesAfter(endless, 0, false, code);
    expect(sentences.length).toBeGreaterThan(4);
    expect(Math.max(...sentences.map(({ length }) => length))).toBeLessThanOrEqual(400);
    expect(sentencesAfter("x".repeat(1000), 0, false, code).sentences).toHaveLength(2);
  });

  it.each([1, 2, 3, 7, 50])("tells the same, whatever pieces of %i the text comes in", (size) => {
    const text =
      "# Gold\n\nGold **rises**. It costs 1.234 $ (z. B. in Zürich)! See [here](https://example.com).\n\n```py\nx = 1.\n\ny = 2\n```\n\n- one. two\n- three\n\nEnd";
    expect(grown(text, size)).toEqual(all(text));
  });

  it("is quick with a long text", () => {
    const text = "A sentence of some words. ".repeat(10_000);
    expect(effort(() => all(text))).toBeLessThan(2000);
    expect(all(text)).toHaveLength(10_000);
  });
});

it.each([
  ["a * b * c", "a * b * c"],
  ["> quoted", "quoted"],
  ["![chart](https://example.com/a.png)", "chart"],
  ["~~gone~~ `here`", "gone here"],
])("plainText(%j)", (markdown, text) => {
  expect(plainText(markdown)).toBe(text);
});
