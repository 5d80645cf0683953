import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { atAccount, email, hasFocus, heading, sharedBrowser, submit, visit } from "./support/browser";
import { focused, tabTo } from "./support/keyboard";
import { Server, until } from "./support/server";

// A finger rests on a key for a moment. The radio groups choose on the focus that follows an arrow, while the key is still down.
const keystroke = { delay: 50 };

let server: Server;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([Server.start(), sharedBrowser()]);
});
afterAll(async () => {
  await server?.dispose();
});

it("the whole way is possible with the keyboard alone", async () => {
  const { page, end } = await visit(browser, server.url);
  await page.goto("/login");
  await heading(page, "Log in").waitFor();

  // The first stop leads past the header.
  await page.keyboard.press("Tab");
  expect(await focused(page)).toEqual({ name: "Skip to content", visible: true });
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("MAIN");

  // To the registration; its heading is where reading goes on.
  await tabTo(page, /^Create an account$/);
  await page.keyboard.press("Enter");
  await heading(page, "Create an account").waitFor();
  expect(await hasFocus(heading(page, "Create an account"))).toBe(true);
  await submit(page).waitFor();

  // A refusal puts the focus into the wrong field.
  await tabTo(page, /^E-mail address$/);
  await page.keyboard.type("keys@example.com");
  await tabTo(page, /^Password$/);
  await page.keyboard.type("short");
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await focused(page)).name).toBe("Password");
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("every key in its place");
  await tabTo(page, /^Show password$/);
  await page.keyboard.press("Space");
  expect(await page.getByRole("textbox", { name: "Password" }).inputValue()).toBe("every key in its place");
  await page.keyboard.press("Space");
  await tabTo(page, /^Create account$/);
  await page.keyboard.press("Enter");
  await atAccount(page);
  expect(await hasFocus(heading(page, "Account"))).toBe(true);

  // Theme and language are radio groups: arrows move, and choose.
  await tabTo(page, /^English$/);
  await page.keyboard.press("ArrowLeft", keystroke);
  await atAccount(page, true);
  await expect.poll(async () => (await focused(page)).name).toBe("Deutsch");
  await page.keyboard.press("ArrowRight", keystroke);
  await atAccount(page);
  await tabTo(page, /^System$/);
  await page.keyboard.press("ArrowLeft", keystroke);
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");

  // The menu opens, moves, closes with Escape, and logs out.
  await tabTo(page, /^Account menu/, "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  await expect.poll(async () => (await focused(page)).name).toMatch(/^Account menu/);
  await page.keyboard.press("ArrowDown");
  await page.getByRole("menu").waitFor();
  await until("the first item to have the focus", async () => (await focused(page)).name === "Account");
  await page.keyboard.press("End");
  await until("the last item to have the focus", async () => (await focused(page)).name === "Log out");
  await page.keyboard.press("Enter");
  await heading(page, "Log in").waitFor();
  expect(await hasFocus(heading(page, "Log in"))).toBe(true);

  // And in again.
  await tabTo(page, /^E-mail address$/);
  await page.keyboard.type("keys@example.com");
  await page.keyboard.press("Tab");
  await page.keyboard.type("every key in its place");
  await page.keyboard.press("Enter");
  await atAccount(page);
  expect(await email(page).count()).toBe(0);
  await end();
});
