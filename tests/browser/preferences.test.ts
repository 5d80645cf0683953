import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { email, errorOf, heading, sharedBrowser, submit, visit } from "./support/browser";
import { Server } from "./support/server";

let server: Server;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([Server.start(), sharedBrowser()]);
});
afterAll(async () => {
  await server?.dispose();
});

const ground = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const language = (page: Page) => page.evaluate(() => document.documentElement.lang);

describe("the language", () => {
  it.each([
    ["de-AT", "Anmelden", "de"],
    ["en-GB", "Log in", "en"],
    ["fr-FR", "Log in", "en"],
  ])("of a browser that prefers %s is known", async (locale, title, lang) => {
    const { page, end } = await visit(browser, server.url, { locale });
    await page.goto("/login");
    await heading(page, title).waitFor();
    expect(await language(page)).toBe(lang);
    await end();
  });

  it("changes at once, messages already shown included, and is remembered", async () => {
    const { page, end } = await visit(browser, server.url);
    await page.goto("/login");
    await submit(page).click();
    expect(await errorOf(page, email(page))).toBe("Please enter your e-mail address.");
    await page.getByRole("radio", { name: "Deutsch" }).click();
    await heading(page, "Anmelden").waitFor();
    expect(await errorOf(page, page.getByRole("textbox", { name: "E-Mail-Adresse" }))).toBe(
      "Bitte gib deine E-Mail-Adresse ein.",
    );
    expect(await page.title()).toBe("Anmelden · Kontor");
    expect(await language(page)).toBe("de");

    await page.reload();
    await heading(page, "Anmelden").waitFor();
    await page.goto("/register");
    await heading(page, "Konto anlegen").waitFor();
    await page.getByRole("radio", { name: "English" }).click();
    await heading(page, "Create an account").waitFor();
    await end();
  });

  it("reaches the server's refusal, too", async () => {
    const { page, end } = await visit(browser, server.url);
    await page.goto("/login");
    await email(page).fill("nobody@example.com");
    await page.locator("input[type=password]").fill("whatever it was");
    await submit(page).click();
    await page.getByText("E-mail address or password is wrong.").waitFor();
    await page.getByRole("radio", { name: "Deutsch" }).click();
    await page.getByText("E-Mail-Adresse oder Passwort ist falsch.").waitFor();
    await end();
  });
});

describe("the theme", () => {
  it("is the system's until one is chosen; the choice is remembered and there before the first paint", async () => {
    const { page, end } = await visit(browser, server.url, { colorScheme: "light" });
    await page.goto("/login");
    await heading(page, "Log in").waitFor();
    const light = await ground(page);
    await page.emulateMedia({ colorScheme: "dark" });
    const dark = await ground(page);
    expect(dark).not.toBe(light);

    await page.getByRole("radio", { name: "Light" }).click();
    expect(await ground(page)).toBe(light);
    await page.reload({ waitUntil: "commit" });
    // Set by a script in the head, before the body is parsed and long before the app runs.
    await page.waitForFunction(() => document.body !== null);
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("light");
    await heading(page, "Log in").waitFor();
    expect(await ground(page)).toBe(light);
    expect(await page.getByRole("radio", { name: "Light" }).isChecked()).toBe(true);

    await page.getByRole("radio", { name: "System" }).click();
    expect(await ground(page)).toBe(dark);
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
    await end();
  });
});
