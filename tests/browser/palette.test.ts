/** Search and commands by one key, and the help about all keys. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { comeBack } from "./support/account";
import { hasFocus, heading, sharedBrowser, visit } from "./support/browser";
import { looksRight, timeForLooks } from "./support/looks";
import { Server } from "./support/server";

let server: Server;
let browser: Browser;
const ann = { email: "ann@example.com", password: "ledger of the north sea" };

beforeAll(async () => {
  [server, browser] = await Promise.all([Server.start(), sharedBrowser()]);
  await server.createAccount(ann.email, ann.password);
});
afterAll(async () => {
  await server?.dispose();
});

const palette = (page: Page) => page.getByRole("dialog", { name: "Search and commands" });
const field = (page: Page) => page.getByRole("combobox", { name: "Search or command" });
const chosen = (page: Page) => page.locator("[role=option][aria-selected=true]");
const keys = (page: Page) => page.getByRole("dialog", { name: "Keyboard shortcuts" });

async function open(page: Page): Promise<void> {
  await comeBack(page, server, ann, "/");
  await heading(page, "Your desk").waitFor();
}

it("goes to a page by keys alone, and gives the focus back when it is closed", async () => {
  const { page, end } = await visit(browser, server.url);
  await open(page);
  const search = page.getByRole("button", { name: "Search and commands" });
  await search.focus();
  await page.keyboard.press("Control+k");
  await field(page).waitFor();
  expect(await hasFocus(field(page))).toBe(true);
  await page.keyboard.press("Escape");
  await palette(page).waitFor({ state: "detached" });
  expect(await hasFocus(search)).toBe(true);

  await page.keyboard.press("Control+k");
  await page.keyboard.type("sess");
  await expect.poll(() => chosen(page).textContent()).toMatch(/^Sessions/);
  // What assistive technology is told is what the eyes see.
  const active = await field(page).getAttribute("aria-activedescendant");
  expect(await chosen(page).getAttribute("id")).toBe(active);
  await page.keyboard.press("Enter");
  await heading(page, "Sessions").waitFor();
  await palette(page).waitFor({ state: "detached" });
  await expect.poll(() => hasFocus(heading(page, "Sessions"))).toBe(true);
  await end();
});

it("arrows lead around, and a press with the mouse or a finger does the same", async () => {
  const { page, end } = await visit(browser, server.url, { hasTouch: true, viewport: { width: 360, height: 800 } });
  await open(page);
  await page.getByRole("button", { name: "Search and commands" }).tap();
  const options = page.getByRole("option");
  const all = await options.count();
  expect(all).toBeGreaterThan(15);
  await page.keyboard.press("ArrowUp");
  expect(await chosen(page).textContent()).toBe(await options.last().textContent());
  await page.keyboard.press("ArrowDown");
  expect(await chosen(page).textContent()).toBe(await options.first().textContent());
  await page.getByRole("option", { name: "Theme: dark" }).tap();
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("deutsch");
  await page.keyboard.press("Enter");
  await heading(page, "Dein Kontor").waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("english");
  await page.keyboard.press("Enter");
  await open(page);
  await page.keyboard.press("Control+k");
  await field(page).fill("nothing is called like this");
  await page.getByText("Nothing is called that.").waitFor();
  await page.getByRole("button", { name: "Close" }).tap();
  await palette(page).waitFor({ state: "detached" });
  await end();
});

it("looks through the conversations as one types, once, and forgets what was typed before", async () => {
  const { page, end } = await visit(browser, server.url);
  const asked: string[] = [];
  await page.route("**/api/v1/chat/search?*", (route) => {
    const q = new URL(route.request().url()).searchParams.get("q") ?? "";
    asked.push(q);
    const found = {
      conversation_id: "00000000-0000-4000-8000-000000000001",
      title: `About ${q}`,
      updated_at: "2026-02-01T09:30:00Z",
      excerpt: [{ text: q, found: true }],
    };
    return route.fulfill({ contentType: "application/json", body: JSON.stringify({ found: [found] }) });
  });
  await open(page);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("gold", { delay: 5 });
  await page.getByRole("option", { name: /About gold/ }).waitFor();
  expect(asked).toEqual(["gold"]);
  await page.getByRole("option", { name: /About gold/ }).click();
  await page.waitForURL("**/chat/00000000-0000-4000-8000-000000000001");
  await end();
});

it("logs out", async () => {
  const { page, end } = await visit(browser, server.url);
  await open(page);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("log out");
  await page.keyboard.press("Enter");
  await heading(page, "Log in").waitFor();
  await page.keyboard.press("Control+k");
  expect(await palette(page).count()).toBe(0);
  await end();
});

it("the question mark shows every key, not while somebody types; letters can be switched off", async () => {
  const { page, end } = await visit(browser, server.url);
  await comeBack(page, server, ann, "/account/email");
  await page.getByRole("textbox", { name: "New e-mail address" }).press("?");
  expect(await keys(page).count()).toBe(0);
  await page.getByRole("textbox", { name: "New e-mail address" }).fill("");
  await heading(page, "E-mail").focus();
  await page.keyboard.press("?");
  await keys(page).waitFor();
  expect(await keys(page).getByRole("term").count()).toBeGreaterThan(15);
  await keys(page).getByRole("checkbox", { name: "Keys without Ctrl" }).uncheck();
  await page.keyboard.press("Escape");
  await keys(page).waitFor({ state: "detached" });
  await page.keyboard.press("?");
  await page.keyboard.press("Control+k");
  await field(page).waitFor();
  expect(await keys(page).count()).toBe(0);
  await end();
});

it.each(["palette", "keys"])(
  "%s is accessible and fits, in both themes, wide and narrow",
  async (what) => {
    const { page, end } = await visit(browser, server.url);
    await open(page);
    await page.keyboard.press(what === "palette" ? "Control+k" : "?");
    await (what === "palette" ? palette(page) : keys(page)).waitFor();
    await looksRight(page, what);
    await end();
  },
  timeForLooks,
);
