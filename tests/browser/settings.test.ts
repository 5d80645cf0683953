/** The settings and the vault, as people meet them. Who is signed in and what proves it is real; exchange and vault are played. */
import type { Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { logInAt, openSection, openSettings, type Person, stepUp } from "./support/account";
import { atAccount, hasFocus, heading, sharedBrowser, submit, visit } from "./support/browser";
import { Server } from "./support/server";

let ann: Person = { email: "", password: "" };
let count = 0;
let server: Server;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([Server.start(), sharedBrowser()]);
});
afterAll(async () => {
  await server?.dispose();
});
beforeEach(async () => {
  count += 1;
  ann = { email: `ann${count}@example.com`, password: "ledger of the north sea" };
  await server.createAccount(ann.email, ann.password);
});

type Played = (method: string, body: Record<string, unknown>) => { status: number; body?: object } | undefined;

/** Answers for one path of the API; undefined lets the call through. */
async function play(page: Page, path: string, played: Played): Promise<void> {
  await page.route(`**/api/v1${path}`, async (route: Route) => {
    const request = route.request();
    const given = played(request.method(), (request.postDataJSON() ?? {}) as Record<string, unknown>);
    if (!given) return route.fallback();
    const contentType = given.status < 400 ? "application/json" : "application/problem+json";
    await route.fulfill({ status: given.status, contentType, body: given.body ? JSON.stringify(given.body) : "" });
  });
}

const problem = (type: string, status: number) => ({
  status,
  body: { type: `urn:kontor:problem:${type}`, title: type, status },
});

const nothing = {
  configured: false,
  provider: "bitget",
  api_key_masked: null,
  permissions: [],
  addresses: [],
  warnings: [],
};

/** An exchange that takes one passphrase, and remembers as the server does: masked. */
async function playExchange(page: Page, passphrase: string): Promise<void> {
  let stored: object = nothing;
  await play(page, "/settings/exchange", (method, body) => {
    if (method === "GET") return { status: 200, body: stored };
    if (method === "DELETE") {
      stored = nothing;
      return { status: 200, body: { status: "success", message: "", validation: null, exchange: stored } };
    }
    if (body.passphrase !== passphrase) {
      const message = "apikey/password is incorrect";
      return {
        status: 200,
        body: { status: "error", message, validation: { valid: false, message }, exchange: stored },
      };
    }
    const key = String(body.api_key);
    stored = {
      ...nothing,
      configured: true,
      api_key_masked: `${key.slice(0, 4)}****${key.slice(-4)}`,
      state: "verified",
      permissions: ["read"],
      addresses: ["192.0.2.7"],
      host: "https://api.bitget.com",
      verified_at: new Date().toISOString(),
      last_changed_at: new Date().toISOString(),
    };
    const validation = { valid: true, message: "" };
    return { status: 200, body: { status: "success", message: "", validation, exchange: stored } };
  });
}

async function logInToSettings(page: Page): Promise<void> {
  await logInAt(page, ann, "Password");
  await openSettings(page);
}

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });

it("AnythingLLM CVE-2026-24477: a wrong passphrase shows the exchange's words; the right key is masked after a reload, and nowhere in full", async () => {
  const { page, end } = await visit(browser, server.url);
  await playExchange(page, "the-right-phrase");
  await logInToSettings(page);
  const typed = {
    "API key": "bg_planted_0123456789x7_Q",
    "API secret": "planted-secret-of-ann",
    Passphrase: "a-wrong-one",
  };
  for (const [label, text] of Object.entries(typed)) {
    expect(await field(page, label).getAttribute("type")).toBe("password");
    expect(await field(page, label).getAttribute("autocomplete")).toBe("off");
    await field(page, label).fill(text);
  }
  await submit(page).click();
  await page.getByText("Bitget says:").waitFor();
  expect(await page.locator("blockquote").textContent()).toBe("apikey/password is incorrect");
  expect(await field(page, "API secret").inputValue()).toBe(typed["API secret"]);

  await field(page, "Passphrase").fill("the-right-phrase");
  await submit(page).click();
  const notice = page.getByRole("status").filter({ hasText: "The exchange accepts the key; it is saved." });
  await notice.waitFor();
  await page.reload();
  await page.getByText("bg_p****x7_Q").waitFor();
  await page.getByText("192.0.2.7").waitFor();
  await page.getByRole("button", { name: "Replace the key" }).click();
  expect(await hasFocus(field(page, "API key"))).toBe(true);
  for (const [label, text] of Object.entries(typed)) {
    expect(await field(page, label).inputValue()).toBe("");
    expect(await page.content()).not.toContain(text);
  }
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).not.toContain(
    "planted",
  );

  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("No key is stored yet.").waitFor();
  await end();
});

it("what was typed and not saved is not lost to a link, the way back or the menu without a question", async () => {
  const { page, end } = await visit(browser, server.url);
  await playExchange(page, "the-right-phrase");
  await play(page, "/secrets", () => ({ status: 200, body: { secrets: [] } }));
  await logInToSettings(page);
  await field(page, "API key").fill("half of a key");
  const question = page.getByRole("alertdialog", { name: "Leave without saving?" });
  await page.getByRole("link", { name: "Secrets", exact: true }).click();
  await question.waitFor();
  await page.keyboard.press("Escape");
  await question.waitFor({ state: "detached" });
  await page.goBack();
  await question.waitFor();
  await question.getByRole("button", { name: "Stay here" }).click();
  expect(await field(page, "API key").inputValue()).toBe("half of a key");
  await page.getByRole("link", { name: "Secrets", exact: true }).click();
  await question.getByRole("button", { name: "Leave", exact: true }).click();
  await heading(page, "Secrets").waitFor();
  // Logging out is meant: nobody is asked.
  await openSection(page, "Exchange");
  await field(page, "API key").fill("half of a key");
  await page.getByRole("button", { name: /^Account menu/ }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await heading(page, "Log in").waitFor();
  await end();
});

it("showing a secret asks for the password, and the value is gone when it is hidden", async () => {
  const { page, end } = await visit(browser, server.url);
  const value = "planted-value-of-ann";
  await playExchange(page, "");
  await play(page, "/secrets", () => ({
    status: 200,
    body: { secrets: [{ name: "ledger", version: 2, readable: true, last_four: "-ann" }] },
  }));
  let asked = 0;
  await play(page, "/secrets/ledger/reveal", () => {
    asked += 1;
    return asked === 1
      ? problem("step-up-required", 403)
      : { status: 200, body: { name: "ledger", version: 2, value } };
  });
  await logInToSettings(page);
  await openSection(page, "Secrets");
  const show = page.getByRole("button", { name: "Show: ledger" });
  await show.click();
  const secret = stepUp(page).locator("input[type=password]");
  await secret.fill("not the password");
  await page.keyboard.press("Enter");
  await expect.poll(() => secret.getAttribute("aria-invalid")).toBe("true");
  expect(await page.content()).not.toContain(value);
  await secret.fill(ann.password);
  await page.keyboard.press("Enter");
  await page.getByText(value).waitFor();
  await page.getByText(/Hidden again in \d+ seconds?\./).waitFor();
  await page.getByRole("button", { name: "Hide", exact: true }).click();
  await expect.poll(() => hasFocus(show)).toBe(true);
  expect(await page.content()).not.toContain(value);
  await end();
});

it("preferences of the account hold on another device, and its choices there are the account's", async () => {
  let preferences: Record<string, unknown> = { language: "system", theme: "system", time_zone: "system" };
  const played: Played = (method, body) => {
    if (method === "PATCH") preferences = { ...preferences, ...body };
    return { status: 200, body: preferences };
  };
  const first = await visit(browser, server.url);
  await playExchange(first.page, "");
  await play(first.page, "/settings/preferences", played);
  await logInToSettings(first.page);
  await openSection(first.page, "Preferences");
  await first.page.getByRole("combobox", { name: "Language" }).selectOption("de");
  await first.page.getByRole("combobox", { name: "Theme" }).selectOption("dark");
  await submit(first.page).click();
  await first.page.getByText("Deine Vorlieben sind gespeichert.").waitFor();
  await first.end();

  const second = await visit(browser, server.url);
  await play(second.page, "/settings/preferences", played);
  await second.page.goto("/login");
  await second.page.getByRole("textbox", { name: "E-mail address" }).fill(ann.email);
  await second.page.locator("input[type=password]").fill(ann.password);
  await submit(second.page).click();
  await atAccount(second.page, true);
  expect(await second.page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
  await second.page.getByRole("radio", { name: "Hell" }).click();
  await expect.poll(() => preferences.theme).toBe("light");
  await second.end();
});
