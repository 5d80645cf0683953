// @vitest-environment jsdom
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { i18n } from "@/i18n";
import "../texts";
import { effort } from "../testing/effort";
import { Markdown } from "./Markdown";

// What something costs is measured by the processor; the clock may stand still meanwhile.
vi.setConfig({ testTimeout: 120_000 });

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

let place: HTMLElement;
let root: Root;

beforeEach(() => {
  void i18n.changeLanguage("en");
  place = document.createElement("div");
  document.body.append(place);
  root = createRoot(place);
});
afterEach(() => {
  act(() => root.unmount());
  place.remove();
});

function draw(text: string): void {
  act(() => root.render(<Markdown text={text} />));
}

const all = (selector: string) => [...place.querySelectorAll(selector)];

describe("an answer", { timeout: 120_000 }, () => {
  it("is drawn as GFM", () => {
    draw("# A\n\n**b** ~~c~~ `d`\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n\n1. one\n2. two\n\n> quoted");
    expect(all("h2").map(({ textContent }) => textContent)).toEqual(["A"]);
    expect(all("strong, del, p code").map(({ textContent }) => textContent)).toEqual(["b", "c", "d"]);
    expect(all("td").map(({ textContent }) => textContent)).toEqual(["1", "2"]);
    expect(all("[role=img]").map((task) => task.getAttribute("aria-label"))).toEqual(["Done"]);
    expect(all("ol li, blockquote")).toHaveLength(3);
  });

  it("shows code with its language and a button, in a list, too", () => {
    draw("```ts\nconst a = `b`;\n\nc\n```\n\n- x\n  ```\n  y\n  ```");
    expect(all("figure .code-language").map(({ textContent }) => textContent)).toEqual(["ts", "Code"]);
    expect(all("figure pre code").map(({ textContent }) => textContent)).toEqual(["const a = `b`;\n\nc", "y"]);
    expect(all("figure button")).toHaveLength(2);
    expect(all("figure figure")).toHaveLength(0);
  });

  it("shows code that is still being written", () => {
    draw("```py\nx = 1\n");
    expect(all("figure pre code").map(({ textContent }) => textContent)).toEqual(["x = 1\n"]);
  });

  it("leads out in a new tab, and tells the other side nothing", () => {
    draw("[here](https://example.com/a) https://example.org <ann@example.com>");
    const links = all("a") as HTMLAnchorElement[];
    expect(links.map(({ href }) => href)).toEqual([
      "https://example.com/a",
      "https://example.org/",
      "mailto:ann@example.com",
    ]);
    for (const link of links) expect([link.target, link.rel]).toEqual(["_blank", "noreferrer noopener"]);
  });

  it("fetches no picture: its address is a link", () => {
    draw("![a chart](https://example.com/pixel.png) ![x](data:image/png;base64,AAAA)");
    expect(all("img")).toEqual([]);
    expect(all("a").map(({ textContent }) => textContent)).toEqual(["Picture: a chart (opens in a new tab)"]);
    expect(place.textContent).toContain("Picture: x");
  });

  it("sets formulas, without a style attribute that the policy forbids", async () => {
    const written = vi.spyOn(Element.prototype, "setAttribute");
    draw("$\\vec{x}^2$ costs $5, \\[ \\fcolorbox{red}{blue}{a} \\pmb{b} \\sqrt{\\frac{1}{2}} \\]");
    await vi.waitFor(() => expect(all(".katex")).toHaveLength(2), { timeout: 60_000 });
    expect(all("math")).toHaveLength(2);
    expect(all("svg[data-style], [data-style]")).toEqual([]);
    expect(written.mock.calls.filter(([name]) => name === "style")).toEqual([]);
    expect(place.textContent).toContain("costs $5,");
    written.mockRestore();
  });

  it("shows a formula as it was written where it is none", async () => {
    draw("$\\frac{1}$ and $\\unknown{x}$ and $x$");
    const written = () => all(".formula code").map(({ textContent }) => textContent);
    await vi.waitFor(() => expect(written()).toEqual(["\\frac{1}", "\\unknown{x}"]), { timeout: 60_000 });
    expect(all(".katex")).toHaveLength(1);
  });

  it("draws its last block anew while it grows, and no other", () => {
    draw("# A\n\nfirst\n\nsec");
    const before = all("h2, p");
    draw("# A\n\nfirst\n\nsecond");
    const after = all("h2, p");
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after[2]?.textContent).toBe("second");
  });
});

const hostile: Record<string, string> = {
  script: "<script>window.hit = 1</script>",
  "script in a block": "<div>\n<script>window.hit = 1</script>\n</div>\n\n<script\n>window.hit = 1</script>",
  handlers: '<img src=x onerror="window.hit = 1"> <svg/onload=window.hit=1> <b onclick="window.hit=1">b</b>',
  frames: '<iframe src="javascript:window.hit=1"></iframe><object data="x"></object><embed src="x">',
  "styles and bases": '<style>*{display:none}</style><base href="https://evil.example/"><link rel=stylesheet href=x>',
  forms: '<form action="https://evil.example"><input name=p><button>x</button></form>',
  comment: "<!-- --><script>window.hit=1</script> <![CDATA[<script>window.hit=1</script>]]>",
  "javascript links": "[a](javascript:window.hit=1) [b](JaVaScRiPt:window.hit=1) [c](java&#10;script:window.hit=1)",
  "encoded links": "[a](javascript&colon;window.hit=1) [b](&#106;avascript:window.hit=1) [c](\\javascript:x)",
  "data links": "[a](data:text/html,<script>window.hit=1</script>) [b](vbscript:x) [c](file:///etc/passwd)",
  autolinks: "<javascript:window.hit=1> <data:text/html,x> www.example.com javascript:window.hit=1",
  references: "[a]\n\n[a]: javascript:window.hit=1\n\n![b]\n\n[b]: javascript:window.hit=1",
  footnotes: "a[^1]\n\n[^1]: <script>window.hit=1</script> [x](javascript:window.hit=1)",
  "links of ours": "[log out](/account/leave) [x](//evil.example) [y](#main)",
  "a title": '[a](https://example.com "x\\" onmouseover=\\"window.hit=1")',
  pictures: '![a](javascript:window.hit=1) ![b](https://evil.example/a.png"onerror="window.hit=1)',
  "a language": '```"><script>window.hit=1</script>\nx\n```\n```js onload=x\ny\n```',
  "tables of tags": "| <script>window.hit=1</script> |\n|---|\n| [a](javascript:window.hit=1) |",
  formulas:
    "$\\href{javascript:window.hit=1}{x}$ $\\htmlStyle{color:red}{x}$ $\\includegraphics{https://evil.example/a.png}$",
  "unclosed fence": "```js\n<script>window.hit=1</script>",
  "unclosed everything": "**a _b `c [d](e | ~~f <g $h \\(i \\[j",
  controls: "a\u0000b\u202Ec\u2066d\u001b[31m [x](\u0000javascript:window.hit=1)",
};

describe("LobeChat CVE-2026-23733: whatever comes from outside", () => {
  it.each(Object.entries(hostile))("%s does nothing", async (_, text) => {
    draw(text);
    await act(async () => {
      await new Promise((resolve) => setTimeout(resolve));
    });
    const inert = "script, style, iframe, object, embed, form, link, base, meta, img, video, audio, svg, input";
    expect(
      all(inert)
        .filter((element) => !element.closest(".katex"))
        .map(({ outerHTML }) => outerHTML),
    ).toEqual([]);
    for (const element of all("*")) {
      for (const { name, value } of element.attributes) {
        expect(name.startsWith("on"), `${name}=${value}`).toBe(false);
        if (name === "href") expect(value).toMatch(/^(https?:\/\/|mailto:)/);
        else expect(["src", "srcdoc", "action", "formaction", "data", "xlink:href"]).not.toContain(name);
      }
    }
    expect((window as { hit?: number }).hit).toBeUndefined();
    expect(place.textContent).not.toBe("");
  });
});

const heavy: Record<string, string> = {
  "a megabyte of backticks": "`".repeat(1_000_000),
  "backticks of all lengths": Array.from({ length: 300 }, (_, length) => "`".repeat(length + 1)).join(" a "),
  "a megabyte of text": "word ".repeat(200_000),
  "a megabyte of code": `\`\`\`\n${"x = 1\n".repeat(160_000)}`,
  "quotes in quotes": `${">".repeat(10_000)} a`,
  "lists in lists": Array.from({ length: 2_000 }, (_, depth) => `${"  ".repeat(depth)}- a`).join("\n"),
  "entries on one line": `${"- ".repeat(10_000)}a`,
  brackets: "[".repeat(50_000),
  "brackets in pairs": "[a](".repeat(10_000),
  stars: "*a **b ".repeat(10_000),
  underscores: "_".repeat(60_000),
  tags: "<a ".repeat(20_000),
  ampersands: "&".repeat(50_000),
  dollars: "$a $".repeat(15_000),
  "a large table": `| a | b | c | d |\n|---|---|---|---|\n${"| 1 | 2 | 3 | 4 |\n".repeat(500)}`,
  "a wide table": `${"| a ".repeat(500)}|\n${"|---".repeat(500)}|\n`,
  "many blocks": "a\n\n".repeat(2_000),
  "a formula that grows": `$${"\\def\\a{\\a\\a}\\a".repeat(3)}$`,
};

describe("however heavy it is", () => {
  it.each(Object.entries(heavy))("%s is drawn in a few seconds of one processor", { timeout: 120_000 }, (_, text) => {
    expect(effort(() => draw(text))).toBeLessThan(8_000);
    expect(place.textContent?.length).toBeGreaterThan(0);
  });

  it("a long answer costs little while it grows", { timeout: 120_000 }, () => {
    const paragraph = "Some **words** of an answer, with `code` and [a link](https://example.com).\n\n";
    const before = paragraph.repeat(500);
    draw(before);
    const spent = effort(() => {
      for (let length = 1; length <= 60; length += 1) draw(before + paragraph.slice(0, length));
    });
    expect(spent / 60).toBeLessThan(60);
  });
});
