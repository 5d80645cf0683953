import { describe, expect, it } from "vitest";
import { effort } from "../testing/effort";
import { type Block, blocksOf } from "./blocks";

const text = (content: string): Block => ({ kind: "text", text: content });
const code = (content: string, language = "", closed = true): Block => ({
  kind: "code",
  text: content,
  language,
  closed,
});

describe("blocksOf", () => {
  it.each<[string, Block[]]>([
    ["", []],
    ["\n \n", []],
    ["a", [text("a")]],
    ["a\nb\n\nc", [text("a\nb\n"), text("c")]],
    ["a\n\n\n\nb", [text("a\n\n\n"), text("b")]],
    ["```js\nx\n\ny\n```\nz", [code("x\n\ny", "js"), text("z")]],
    ["a\n```\nx", [text("a"), code("x", "", false)]],
    ["```", [code("", "", false)]],
    ["````md\n```js\nx\n```\n````", [code("```js\nx\n```", "md")]],
    ["~~~ py title\n```\n~~~", [code("```", "py")]],
    ["  ```\n  x\n y\n  ```", [code("x\ny")]],
    ["``` a`b ```\n\nc", [text("``` a`b ```\n"), text("c")]],
    ["- a\n\n- b\n\nc", [text("- a\n\n- b\n"), text("c")]],
    ["1. a\n\n   more\n2. b", [text("1. a\n\n   more\n2. b")]],
    ["1. a\n   ```js\n   x\n\n   y\n   ```\n2. b", [text("1. a\n   ```js\n   x\n\n   y\n   ```\n2. b")]],
    ["- a\n      ```\n      x\n\n      ```\n\nb", [text("- a\n      ```\n      x\n\n      ```\n"), text("b")]],
    ["- a\n```\nx\n```", [text("- a"), code("x")]],
    ["$$\na\n\nb\n$$\n\nc", [text("$$\na\n\nb\n$$\n"), text("c")]],
    ["$$ a $$\n\nb", [text("$$ a $$\n"), text("b")]],
    ["see [a]\n\n[a]: https://example.com", [text("see [a]\n\n[a]: https://example.com")]],
  ])("%j", (markdown, blocks) => {
    expect(blocksOf(markdown, 0)).toEqual(blocks);
  });

  it("keeps what stands before the last block while an answer grows", () => {
    const whole = "# A\n\ntext **b**\n\n- one\n- two\n\n```ts\nconst x = 1;\n\nx;\n```\n\n| a |\n|---|\n| 1 |\n\nend";
    let before: Block[] = [];
    for (let length = 1; length <= whole.length; length += 1) {
      const now = blocksOf(whole.slice(0, length), 0);
      // What a new character turns is the last block and the one that it may have belonged to.
      expect(now.slice(0, Math.max(before.length - 2, 0))).toEqual(before.slice(0, -2));
      before = now;
    }
  });

  it("draws small ones together, and cuts where it is worth it", () => {
    const paragraph = `${"a".repeat(499)}\n\n`;
    const blocks = blocksOf(paragraph.repeat(10));
    expect(blocks.map(({ text: { length } }) => length)).toEqual([1502, 1502, 1502, 501]);
    expect(blocksOf("a\n\n```\nb\n```\n\nc")).toEqual([text("a\n"), code("b"), text("\nc")]);
  });

  it.each([
    ["backticks", "`".repeat(1_000_000)],
    ["lines of backticks", "```\n".repeat(250_000)],
    ["blank lines", "\n".repeat(1_000_000)],
    ["blanks", " ".repeat(1_000_000)],
    ["brackets", "[".repeat(1_000_000)],
    ["entries", "- ".repeat(500_000)],
    ["lines with brackets", "[a\n".repeat(300_000)],
  ])("is quick with a megabyte of %s", (_, markdown) => {
    expect(effort(() => blocksOf(markdown))).toBeLessThan(2000);
  });
});
