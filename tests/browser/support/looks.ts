/** A page as people meet it: in both themes, wide and narrow; looked at by axe, measured, photographed. */
import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { screenshot } from "./browser";

const looks = [
  { colorScheme: "light", width: 1280 },
  { colorScheme: "light", width: 360 },
  { colorScheme: "dark", width: 1280 },
  { colorScheme: "dark", width: 360 },
] as const;

/** Milliseconds: four analyses of a whole page take long on a small machine that has other things to do. */
export const timeForLooks = 480_000;

export async function looksRight(page: Page, name: string): Promise<void> {
  for (const { colorScheme, width } of looks) {
    const look = `${name}-${colorScheme}-${width}`;
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 800 });
    await screenshot(page, look);
    expect(await overflow(page), `${look}: pixels beyond the right edge`).toBeLessThanOrEqual(0);
    expect(await graveViolations(page), look).toEqual([]);
    expect(await smallTargets(page), look).toEqual([]);
  }
}

export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    // A dialog scrolls by itself, and would hide that it is too wide.
    const dialogs = [...document.querySelectorAll(".dialog")].map((dialog) => dialog.getBoundingClientRect().right);
    return Math.max(document.documentElement.scrollWidth, ...dialogs) - width;
  });
}

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * Our pages have no frames, so axe runs in the page itself, and is brought there once for all its looks. (Its builder for Playwright
 * puts the results of several frames together in a blank page of its own, which takes ten times as long as the analysis.)
 */
async function graveViolations(page: Page): Promise<string[]> {
  expect(page.frames(), "frames").toHaveLength(1);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async (tags) => {
    const { axe: here } = window as unknown as { axe: typeof axe };
    // What passes need not be written down node by node.
    const { violations } = await here.run(document, {
      runOnly: { type: "tag", values: tags },
      resultTypes: ["violations"],
    });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).join("; ")}`);
  }, rules);
}

/** WCAG 2.2, 2.5.8: what can be pressed is at least 24 × 24 pixels, unless it stands in a line of text. */
async function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        "button, input, select, textarea, [role=radio], [role=menuitem], header a, footer a",
      ),
    ]
      .filter((element) => element.checkVisibility() && !element.closest("[aria-hidden=true]"))
      .filter((element) => !element.classList.contains("skip-link") && !element.classList.contains("skip"))
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 1 && (box.width < 24 || box.height < 24))
      .map(({ element, box }) => `${element.tagName} ${element.textContent} ${box.width}×${box.height}`),
  );
}
