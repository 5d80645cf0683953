/** Sessions that end, change hands, and are shared by tabs. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { atAccount, errorOf, hasFocus, heading, logIn, sharedBrowser, submit, visit } from "./support/browser";
import { Server } from "./support/server";

const bob = { email: "bob@example.com", password: "weights of polished brass" };
/** Each test has its own Ann: what one test does to her sessions and password is no concern of the next. */
let ann = { email: "", password: "" };
let count = 0;

let server: Server;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([Server.start(), sharedBrowser()]);
  await server.createAccount(bob.email, bob.password);
});
afterAll(async () => {
  await server?.dispose();
});
beforeEach(async () => {
  count += 1;
  ann = { email: `ann${count}@example.com`, password: "ledger of the north sea" };
  await server.createAccount(ann.email, ann.password);
});

const current = (page: Page) => page.getByLabel("Current password", { exact: true });
const replacement = (page: Page) => page.getByLabel("New password", { exact: true });
const change = (page: Page) => page.getByRole("button", { name: "Change password" });
const overlay = (page: Page) => page.getByRole("dialog", { name: "Please log in again" });

async function open(page: Page, section: string): Promise<void> {
  await page.getByRole("navigation").getByRole("link", { name: section, exact: true }).click();
  await heading(page, section).waitFor();
}

async function logInAt(page: Page, section: string): Promise<void> {
  await page.goto("/login");
  await logIn(page, ann.email, ann.password);
  await open(page, section);
}

/** Requests of a path, in the order in which they were sent. */
function requests(page: Page, path: string): (string | undefined)[] {
  const sent: (string | undefined)[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith(path)) sent.push(request.headers().authorization);
  });
  return sent;
}

describe("a session that ends while somebody works", () => {
  it("is asked for again in place; the page keeps what was typed, and goes on by itself", async () => {
    const { page, end } = await visit(browser, server.url);
    await logInAt(page, "Password");
    await current(page).fill(ann.password);
    await replacement(page).fill("typed before the session ended");
    await server.endSessions(ann.email, ann.password);
    await change(page).click();
    await overlay(page).waitFor();

    const secret = overlay(page).locator("input[type=password]");
    expect(await hasFocus(secret)).toBe(true);
    expect(await overlay(page).getByRole("textbox", { name: "E-mail address" }).inputValue()).toBe(ann.email);
    for (let presses = 0; presses < 12; presses += 1) {
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.closest("[role=dialog]") !== null)).toBe(true);
    }
    await page.keyboard.press("Escape");
    expect(await overlay(page).isVisible()).toBe(true);
    expect(await replacement(page).inputValue()).toBe("typed before the session ended");

    await secret.fill("not the password");
    await overlay(page).locator("button[type=submit]").click();
    await overlay(page).getByRole("alert").waitFor();
    await secret.fill(ann.password);
    await overlay(page).locator("button[type=submit]").click();
    await overlay(page).waitFor({ state: "detached" });
    // The change that was refused for want of a session has been sent once more, with what was typed then.
    await page.getByText("Your password is changed.").waitFor();
    await page.getByRole("button", { name: /^Account menu/ }).click();
    await page.getByRole("menuitem", { name: "Log out" }).click();
    await heading(page, "Log in").waitFor();
    await logIn(page, ann.email, "typed before the session ended");
    await end();
  });

  it("gives nothing to another user who signs in there", async () => {
    const { page, end } = await visit(browser, server.url);
    await logInAt(page, "Password");
    await current(page).fill(ann.password);
    await replacement(page).fill("typed before the session ended");
    await server.endSessions(ann.email, ann.password);
    const sent = requests(page, "/auth/password");
    await change(page).click();
    await overlay(page).waitFor();
    await overlay(page).getByRole("textbox", { name: "E-mail address" }).fill(bob.email);
    await overlay(page).locator("input[type=password]").fill(bob.password);
    await overlay(page).locator("button[type=submit]").click();
    await atAccount(page);
    expect(new URL(page.url()).pathname).toBe("/account");
    await page.locator("dl dd").filter({ hasText: bob.email }).waitFor();
    expect(await page.content()).not.toContain(ann.email);
    await open(page, "Password");
    expect(await current(page).inputValue()).toBe("");
    expect(await replacement(page).inputValue()).toBe("");
    expect(sent).toHaveLength(1);
    await end();
  });

  it("can be left for good instead", async () => {
    const { page, end } = await visit(browser, server.url);
    await logInAt(page, "Activity");
    await server.endSessions(ann.email, ann.password);
    await page.getByRole("link", { name: "Sessions", exact: true }).click();
    await overlay(page).getByRole("button", { name: "Log out instead" }).click();
    await heading(page, "Log in").waitFor();
    expect(await page.content()).not.toContain(ann.email);
    expect(new URL(page.url()).search).toBe("");
    await end();
  });
});

describe("two tabs", () => {
  it("log in, refresh and log out together", async () => {
    const { page: first, newTab, end } = await visit(browser, server.url);
    const second = await newTab();
    await second.goto("/account/activity");
    await heading(second, "Log in").waitFor();
    await first.goto("/login");
    await logIn(first, ann.email, ann.password);
    await heading(second, "Activity").waitFor();

    // Both start anew; one asks the server, the other takes its token.
    const sent = [first, second].map((page) => requests(page, "/auth/refresh"));
    await Promise.all([first.reload(), second.reload()]);
    await Promise.all([atAccount(first), heading(second, "Activity").waitFor()]);
    expect(sent.flat().length).toBeGreaterThan(0);
    expect(sent.flat().length).toBeLessThanOrEqual(2);

    await first.locator("main").getByRole("button", { name: "Log out" }).click();
    await Promise.all([heading(first, "Log in").waitFor(), heading(second, "Log in").waitFor()]);
    expect(await second.content()).not.toContain(ann.email);
    await second.reload();
    await heading(second, "Log in").waitFor();
    await end();
  });

  it("ask for the login together, and go on together", async () => {
    const { page: first, newTab, end } = await visit(browser, server.url);
    await logInAt(first, "Sessions");
    const second = await newTab();
    await second.goto("/account/password");
    await replacement(second).fill("typed in the second tab");
    await server.endSessions(ann.email, ann.password);
    await first.getByRole("link", { name: "Overview", exact: true }).click();
    await Promise.all([overlay(first).waitFor(), overlay(second).waitFor()]);
    await overlay(first).locator("input[type=password]").fill(ann.password);
    await overlay(first).locator("button[type=submit]").click();
    await Promise.all([first, second].map((page) => overlay(page).waitFor({ state: "detached" })));
    expect(await replacement(second).inputValue()).toBe("typed in the second tab");
    await end();
  });
});

describe("the list of sessions", () => {
  it("ends one, after asking, and that browser is asked to log in again", async () => {
    const [here, there] = await Promise.all([visit(browser, server.url), visit(browser, server.url)]);
    await logInAt(there.page, "Activity");
    await logInAt(here.page, "Sessions");
    const { page } = here;
    const items = page.locator("main li").filter({ hasText: "Last used" });
    await expect.poll(() => items.count()).toBeGreaterThanOrEqual(2);
    const before = await items.count();
    expect(await items.first().textContent()).toContain("This device");

    const button = items.nth(1).getByRole("button");
    await button.click();
    await page.getByRole("alertdialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
    expect(await hasFocus(button)).toBe(true);
    expect(await items.count()).toBe(before);

    await page.getByRole("button", { name: "Log out everywhere else" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Log out everywhere else" }).click();
    await page.getByText("You are logged in nowhere else.").waitFor();
    expect(await items.count()).toBe(1);

    await there.page.getByRole("link", { name: "Sessions", exact: true }).click();
    await overlay(there.page).waitFor();
    await Promise.all([here.end(), there.end()]);
  });
});

describe("the password", () => {
  it("is changed with the current one only, and the refusals stand beside their fields", async () => {
    const { page, end } = await visit(browser, server.url);
    await logInAt(page, "Password");
    expect(
      await page
        .locator("form input")
        .evaluateAll((inputs) => inputs.map((input) => input.getAttribute("autocomplete"))),
    ).toEqual(["username", "current-password", "new-password"]);

    await submit(page).click();
    expect(await errorOf(page, current(page))).toBe("Please enter your current password.");
    expect(await hasFocus(current(page))).toBe(true);

    await current(page).fill("not the ledger");
    await replacement(page).fill("six brass candlesticks");
    await submit(page).click();
    await expect.poll(() => current(page).getAttribute("aria-invalid")).toBe("true");
    expect(await errorOf(page, current(page))).toBe("This is not your current password.");
    expect(await hasFocus(current(page))).toBe(true);

    await current(page).fill(ann.password);
    await replacement(page).fill("iloveyou");
    await submit(page).click();
    await expect.poll(() => replacement(page).getAttribute("aria-invalid")).toBe("true");
    expect(await errorOf(page, replacement(page))).toContain("on the list of those attackers try first");
    expect(await hasFocus(replacement(page))).toBe(true);

    await replacement(page).fill("six brass candlesticks");
    await submit(page).click();
    await page.getByText("Your password is changed.").waitFor();
    expect(await current(page).inputValue()).toBe("");

    await page.reload();
    await heading(page, "Password").waitFor();
    await end();
  });
});

describe("the activity", () => {
  it("goes back page by page, and reading goes on at the first older entry", async () => {
    const { page, end } = await visit(browser, server.url);
    for (let logins = 0; logins < 15; logins += 1) await server.endSessions(ann.email, ann.password);
    await logInAt(page, "Activity");
    const entries = page.locator("main ol > li");
    await expect.poll(() => entries.count()).toBe(20);
    await page.getByRole("button", { name: "Show more" }).click();
    await expect.poll(() => entries.count()).toBeGreaterThan(20);
    await expect.poll(() => hasFocus(entries.nth(20))).toBe(true);
    await end();
  });
});

describe("a logout that the server cannot be told of", () => {
  it("says so, is not undone by a reload, and can be completed", async () => {
    const { page, complaints, end } = await visit(browser, server.url);
    await page.goto("/login");
    await logIn(page, ann.email, ann.password);
    await page.route("**/api/v1/auth/logout", (route) => route.abort());
    await page.locator("main").getByRole("button", { name: "Log out" }).click();
    await page.getByText("still keeps your session").waitFor();
    await page.reload();
    await page.getByText("still keeps your session").waitFor();
    expect(await page.content()).not.toContain(ann.email);
    await page.unroute("**/api/v1/auth/logout");
    await page.getByRole("button", { name: "Log out on the server" }).click();
    await page.getByText("still keeps your session").waitFor({ state: "detached" });
    // The page says at once what it has done; what it remembers for the next one goes when the server has answered.
    await expect.poll(async () => await page.evaluate(() => ({ ...localStorage }))).toEqual({});
    await page.reload();
    await heading(page, "Log in").waitFor();
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes("net::ERR_FAILED")));
    await end();
  });
});
