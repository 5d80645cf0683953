/** A page as somebody meets it who has no mouse: where the focus is, whether it shows, and how to get to something. */
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** The focused element as a screen reader would name it, and whether its focus can be seen. */
export async function focused(page: Page): Promise<{ name: string; visible: boolean }> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    const shownText = (of: Node): string => {
      if (of instanceof HTMLElement && getComputedStyle(of).display === "none") return "";
      return of instanceof Text ? of.data : [...of.childNodes].map(shownText).join("");
    };
    // After the last stop the browser passes through its own controls.
    if (element === document.body) return { name: "", visible: false };
    const frame = element.closest<HTMLElement>(".field-frame, .composer-frame") ?? element;
    const framed = element.matches("input, textarea, select") && frame !== element;
    const { outlineStyle, outlineWidth } = getComputedStyle(framed ? frame : element);
    return {
      name: (
        element.getAttribute("aria-label") ??
        (element as HTMLInputElement).labels?.[0]?.textContent ??
        shownText(element)
      ).trim(),
      visible: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2,
    };
  });
}

/** Presses Tab until the named element has the focus; every stop on the way must show that it has it. */
export async function tabTo(page: Page, name: RegExp | string, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < 150; presses += 1) {
    await page.keyboard.press(key);
    const now = await focused(page);
    passed.push(now.name);
    if (now.name !== "") expect(now, `focus of "${now.name}"`).toMatchObject({ visible: true });
    if (typeof name === "string" ? now.name === name : name.test(now.name)) return;
  }
  throw new Error(`No ${name} among ${passed.join(" | ")}`);
}

/** What can be pressed on the page that no Tab comes to; of a group that arrows go through, one is enough. Every stop must show that it is one. */
export async function outOfReach(page: Page): Promise<string[]> {
  const controls = await page.evaluate(() => {
    const all = document.querySelectorAll<HTMLElement>("a[href], button, input, select, textarea, summary, [role=tab]");
    const shown = [...all].filter((each) => each.checkVisibility() && !each.matches(":disabled"));
    for (const each of shown) each.dataset.unreached = "";
    return shown.length;
  });
  for (let presses = 0; presses < controls + 20; presses += 1) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    if (now.name !== "") expect(now, `focus of "${now.name}"`).toMatchObject({ visible: true });
    const left = await page.evaluate(() => {
      const at = document.activeElement as HTMLElement;
      const group = at.closest("[role=radiogroup], [role=tablist], [role=toolbar], fieldset:has([type=radio])");
      const moved = at.matches("[type=radio], [role=radio], [role=tab], [role=toolbar] *") ? group : null;
      for (const each of [at, ...(moved?.querySelectorAll<HTMLElement>("*") ?? [])]) delete each.dataset.unreached;
      return document.querySelectorAll("[data-unreached]").length;
    });
    if (left === 0) break;
  }
  return page.evaluate(() =>
    [...document.querySelectorAll("[data-unreached]")].map(
      (each) => `${each.tagName} ${each.getAttribute("aria-label") ?? each.textContent}`,
    ),
  );
}
