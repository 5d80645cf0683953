/** A page as somebody meets it who has no mouse: where the focus is, whether it shows, and how to get to something. */
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** The focused element as a screen reader would name it, and whether its focus can be seen. */
export async function focused(page: Page): Promise<{ name: string; visible: boolean }> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    // After the last stop the browser passes through its own controls.
    if (element === document.body) return { name: "", visible: false };
    const frame = element.closest<HTMLElement>(".field-frame, .composer-frame") ?? element;
    const framed = element.matches("input, textarea, select") && frame !== element;
    const { outlineStyle, outlineWidth } = getComputedStyle(framed ? frame : element);
    return {
      name: (
        element.getAttribute("aria-label") ??
        (element as HTMLInputElement).labels?.[0]?.textContent ??
        element.textContent ??
        ""
      ).trim(),
      visible: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2,
    };
  });
}

/** Presses Tab until the named element has the focus; every stop on the way must show that it has it. */
export async function tabTo(page: Page, name: RegExp | string, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press(key);
    const now = await focused(page);
    passed.push(now.name);
    if (now.name !== "") expect(now, `focus of "${now.name}"`).toMatchObject({ visible: true });
    if (typeof name === "string" ? now.name === name : name.test(now.name)) return;
  }
  throw new Error(`No ${name} among ${passed.join(" | ")}`);
}
