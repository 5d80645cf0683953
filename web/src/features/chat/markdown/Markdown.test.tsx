// @vitest-environment jsdom
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { i18n } from "@/i18n";
import "../texts";
import { heavy, hostile } from "../testing/corpus";
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

/** Of the deepest element below it. */
function depth(of: Element): number {
  let deepest = 0;
  let level: Element[] = [of];
  for (; level.length > 0; deepest += 1) level = level.flatMap(({ children }) => [...children]);
  return deepest;
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

  it("shows signs in code that would turn its direction, and copies it as it was written", async () => {
    const copied: string[] = [];
    vi.stubGlobal("navigator", { clipboard: { writeText: async (text: string) => copied.push(text) } });
    draw("`a\u202Eb`\n\n```\n\u2066if (x)\u2069\n```\n\nעברית \u200F");
    expect(all("p code, pre code").map(({ textContent }) => textContent)).toEqual([
      "a⟨U+202E⟩b",
      "⟨U+2066⟩if (x)⟨U+2069⟩",
    ]);
    expect(place.textContent).toContain("עברית \u200F");
    await act(async () => (all("figure button")[0] as HTMLButtonElement).click());
    expect(copied).toEqual(["\u2066if (x)\u2069"]);
    vi.unstubAllGlobals();
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
        if (name === "href") {
          expect(value).toMatch(/^(https?:\/\/|mailto:)/);
          expect(element.getAttribute("rel")).toBe("noreferrer noopener");
          expect(element.getAttribute("target")).toBe("_blank");
        } else expect(["src", "srcdoc", "action", "formaction", "data", "xlink:href"]).not.toContain(name);
      }
    }
    expect((window as { hit?: number }).hit).toBeUndefined();
    expect(place.textContent).not.toBe("");
  });
});

describe("however heavy it is", () => {
  it.each(Object.entries(heavy))("%s is drawn in a few seconds of one processor", { timeout: 120_000 }, (_, text) => {
    expect(effort(() => draw(text))).toBeLessThan(8_000);
    expect(place.textContent?.length).toBeGreaterThan(0);
    // What a browser can lay out without running out of its stack, or of patience.
    expect(all("*").length).toBeLessThan(25_000);
    expect(depth(place)).toBeLessThan(200);
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
