/** What somebody does on a page by keys alone; which items of which menus were carried out is written down. */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { heading } from "./browser";
import { focused, tabTo } from "./keyboard";

export const shown = (page: Page, title: string) => heading(page, title).waitFor();
export const says = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

/** What has just come may be about to take the focus, so that reading goes on there. */
export async function goTo(page: Page, name: string | RegExp): Promise<void> {
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  await tabTo(page, name);
}

export async function press(page: Page, name: string | RegExp): Promise<void> {
  await goTo(page, name);
  await page.keyboard.press("Enter");
}

export async function type(page: Page, name: string | RegExp, text: string): Promise<void> {
  await goTo(page, name);
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(text);
}

/** What the button of each menu is called, by the file that makes the menu. */
export const menus: Record<string, RegExp> = {
  "app/DeskHeader.tsx": /^Account menu/,
  "features/charts/ChartMenu.tsx": /^More about this chart$/,
  "features/chat/ConversationRow.tsx": /^More about “/,
  "features/chat/ExportMenu.tsx": /^Export/,
};
/** The items of the menus that were opened, and those that were carried out, each with the file of its menu. */
export const offered = new Set<string>();
export const carriedOut = new Set<string>();

/** An item of the menu that is open, gone to by arrow and carried out. */
export async function choose(page: Page, name: string): Promise<void> {
  const item = page.getByRole("menuitem", { name, exact: true });
  await item.waitFor();
  const { button, items } = await page.getByRole("menu").evaluate((menu) => {
    const opener = document.getElementById(menu.getAttribute("aria-labelledby") ?? "");
    const items = [...menu.querySelectorAll("[role=menuitem]")].map(({ textContent }) => textContent);
    return { button: opener?.getAttribute("aria-label") ?? opener?.textContent ?? "", items };
  });
  const file = Object.keys(menus).find((each) => menus[each]?.test(button)) ?? `the menu of ${button}`;
  for (const each of items) offered.add(`${file}: ${each}`);
  carriedOut.add(`${file}: ${name}`);
  await expect
    .poll(async () => {
      const isThere = await item.evaluate((element) => element === document.activeElement);
      if (!isThere) await page.keyboard.press("ArrowDown");
      return isThere;
    })
    .toBe(true);
  await page.keyboard.press("Enter");
}

/** The button of an act, and the one in the dialog that asks. */
export async function confirmed(page: Page, act: string | RegExp, answer: string): Promise<void> {
  await press(page, act);
  await page.getByRole("alertdialog").waitFor();
  await press(page, answer);
  await page.getByRole("alertdialog").waitFor({ state: "detached" });
}

/** An item of the menu of a button, which brings a file; where that is. */
export async function fetched(page: Page, menu: string | RegExp, item: string, file: RegExp): Promise<string> {
  const coming = page.waitForEvent("download");
  await press(page, menu);
  await choose(page, item);
  const download = await coming;
  expect(download.suggestedFilename()).toMatch(file);
  return download.path();
}

/** Types a symbol into the search that the button opens, and takes it. */
export async function pick(page: Page, opener: string | RegExp, symbol: string): Promise<void> {
  await press(page, opener);
  await expect.poll(async () => (await focused(page)).name).toBe("Symbol");
  await page.keyboard.type(symbol);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}
