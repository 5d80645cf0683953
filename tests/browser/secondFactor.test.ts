/** The second step: set up with a computed code, signed in with, replaced by a recovery code, turned off, demanded. */
import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  codeField,
  logInAt,
  openSection,
  overlay,
  type Person,
  recoveryField,
  setUpFactor,
  stepUp,
  wantProofOnce,
} from "./support/account";
import { atAccount, errorOf, fillIn, hasFocus, heading, sharedBrowser, submit, visit } from "./support/browser";
import { Server } from "./support/server";
import { codeOf } from "./support/totp";

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

describe("the second step", () => {
  it("is set up with a first code; the recovery codes are not lost by accident", async () => {
    const { page, end } = await visit(browser, server.url);
    await logInAt(page, ann, "Second step");
    await page.getByRole("button", { name: "Set it up" }).click();
    const picture = page.getByRole("img", { name: /QR code/ });
    await picture.waitFor();
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    const secret = (await page.locator(".secret code").textContent()) ?? "";
    expect(secret).toMatch(/^[A-Z2-7]{4}( [A-Z2-7]{4}){7}$/);

    const right = codeOf(secret);
    await codeField(page).fill(String((Number(right) + 500_000) % 1_000_000).padStart(6, "0"));
    await page.getByRole("button", { name: "Turn it on" }).click();
    await expect.poll(() => codeField(page).getAttribute("aria-invalid")).toBe("true");
    expect(await errorOf(page, codeField(page))).toContain("This code is wrong");
    expect(await hasFocus(codeField(page))).toBe(true);

    await codeField(page).fill(`${right.slice(0, 3)} ${right.slice(3)}`);
    await page.getByRole("button", { name: "Turn it on" }).click();
    await heading(page, "Keep your recovery codes").waitFor();
    expect(await hasFocus(heading(page, "Keep your recovery codes"))).toBe(true);
    const codes = await page.getByRole("listitem").locator("code").allTextContents();
    expect(new Set(codes).size).toBe(10);

    // Leaving asks, and stays.
    await page.getByRole("link", { name: "Sessions", exact: true }).click();
    const question = page.getByRole("alertdialog", { name: "Leave without the codes?" });
    await question.getByRole("button", { name: "Cancel" }).click();
    await heading(page, "Keep your recovery codes").waitFor();

    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download" }).click(),
    ]);
    const file = await readFile(await download.path(), "utf8");
    expect(file).toContain(ann.email);
    for (const code of codes) expect(file).toContain(code);

    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.getByText("10 left").waitFor();
    expect(await page.content()).not.toContain(codes[0]);
    expect(await page.content()).not.toContain(secret);
    await end();
  });

  it("b.30 says which tokens stay valid without a code, and where they can be ended", async () => {
    const post = async (path: string, body: object, token = ""): Promise<{ access_token: string }> => {
      const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
      const answer = await fetch(`${server.url}/api/v1/auth/${path}`, {
        method: "POST",
        headers: token === "" ? { "Content-Type": "application/json" } : headers,
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      return (await answer.json()) as { access_token: string };
    };
    const { access_token: token } = await post("login", ann);
    await post("tokens", { name: "an intruder's", scopes: ["account:read"] }, token);
    const { page, end } = await visit(browser, server.url);
    await logInAt(page, ann, "Second step");
    await setUpFactor(page);
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.getByText("1 access token for a program stays valid, without a code.").waitFor();
    await page.getByRole("link", { name: "See your tokens" }).click();
    await page.getByText("an intruder's").waitFor();
    await end();
  });

  it("is asked for at the login, once per code; a recovery code does as well, once", async () => {
    const { page, end } = await visit(browser, server.url);
    await logInAt(page, ann, "Second step");
    const { secret, recoveryCodes } = await setUpFactor(page);
    await page.getByRole("button", { name: "I have kept them" }).click();

    const logOut = async () => {
      await page.getByRole("button", { name: /^Account menu/ }).click();
      await page.getByRole("menuitem", { name: "Log out" }).click();
      await heading(page, "Log in").waitFor();
      await fillIn(page, ann.email, ann.password);
      await codeField(page).waitFor();
    };
    await logOut();
    expect(await codeField(page).getAttribute("autocomplete")).toBe("one-time-code");
    expect(await hasFocus(codeField(page))).toBe(true);
    await codeField(page).fill(codeOf(secret, 1));
    await submit(page).click();
    await atAccount(page);

    await logOut();
    await page.getByRole("button", { name: "Use a recovery code" }).click();
    await recoveryField(page).fill((recoveryCodes[0] ?? "").toUpperCase());
    await submit(page).click();
    await atAccount(page);
    await openSection(page, "Second step");
    await page.getByText("9 left").waitFor();

    await logOut();
    await page.getByRole("button", { name: "Use a recovery code" }).click();
    await recoveryField(page).fill(recoveryCodes[0] ?? "");
    await submit(page).click();
    await expect.poll(() => recoveryField(page).getAttribute("aria-invalid")).toBe("true");
    expect(await errorOf(page, recoveryField(page))).toContain("has been used already");
    await end();
  });

  it("is turned off after a proof by code, which the page asks for in place", async () => {
    const { page, end } = await visit(browser, server.url);
    await logInAt(page, ann, "Second step");
    const { recoveryCodes } = await setUpFactor(page);
    await page.getByRole("button", { name: "I have kept them" }).click();
    await wantProofOnce(page, "DELETE", "/auth/second-factor/totp");
    await page.getByRole("button", { name: "Turn it off" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Turn it off" }).click();
    await stepUp(page).waitFor();
    await expect.poll(() => hasFocus(codeField(page))).toBe(true);
    await stepUp(page).getByRole("button", { name: "Use a recovery code" }).click();
    await recoveryField(page).fill(recoveryCodes[0] ?? "");
    await stepUp(page).locator("button[type=submit]").click();
    await page.getByText("The second step is off.").waitFor();
    await page.getByRole("button", { name: "Set it up" }).waitFor();
    expect(await page.getByRole("alertdialog").count()).toBe(0);
    await end();
  });
});

describe("a session with a second step that ends while somebody works", () => {
  it("is asked for in place, in two steps, in every tab; what was typed is kept", async () => {
    const [here, there] = await Promise.all([visit(browser, server.url), visit(browser, server.url)]);
    const { page, newTab } = here;
    await logInAt(page, ann, "Second step");
    const { recoveryCodes } = await setUpFactor(page);
    await page.getByRole("button", { name: "I have kept them" }).click();
    await openSection(page, "Password");
    const typed = page.getByLabel("New password", { exact: true });
    await typed.fill("typed before the session ended");
    const second = await newTab();
    await second.goto("/account/sessions");
    await heading(second, "Sessions").waitFor();

    // Another browser signs in with the second step, and out everywhere else.
    await there.page.goto("/login");
    await fillIn(there.page, ann.email, ann.password);
    await there.page.getByRole("button", { name: "Use a recovery code" }).click();
    await recoveryField(there.page).fill(recoveryCodes[0] ?? "");
    await submit(there.page).click();
    await atAccount(there.page);
    await openSection(there.page, "Sessions");
    await there.page.getByRole("button", { name: "Log out everywhere else" }).click();
    await there.page.getByRole("alertdialog").getByRole("button", { name: "Log out everywhere else" }).click();
    await there.page.getByText("You are logged in nowhere else.").waitFor();

    await second.getByRole("link", { name: "Overview", exact: true }).click();
    await Promise.all([overlay(page).waitFor(), overlay(second).waitFor()]);
    await overlay(page).locator("input[type=password]").fill(ann.password);
    await overlay(page).locator("button[type=submit]").click();
    await overlay(page).getByRole("button", { name: "Use a recovery code" }).click();
    await recoveryField(page).fill(recoveryCodes[1] ?? "");
    await overlay(page).locator("button[type=submit]").click();
    await Promise.all([page, second].map((tab) => overlay(tab).waitFor({ state: "detached" })));
    expect(await typed.inputValue()).toBe("typed before the session ended");
    await atAccount(second);
    await Promise.all([here.end(), there.end()]);
  });
});

describe("where everybody must have a second step", () => {
  let strict: Server;
  beforeAll(async () => {
    strict = await Server.start({ REQUIRE_SECOND_FACTOR: "everybody" });
    await strict.createAccount("carl@example.com", "a quiet harbour at dawn");
  });
  afterAll(async () => strict?.dispose());

  it("every page leads to its set-up until it is done", async () => {
    const { page, end } = await visit(browser, strict.url);
    await page.goto("/account/sessions");
    await fillIn(page, "carl@example.com", "a quiet harbour at dawn");
    await heading(page, "Second step").waitFor();
    await page.getByText("This desk asks for a second step on your account.").waitFor();
    await page.getByRole("link", { name: "Activity", exact: true }).click();
    await expect.poll(() => new URL(page.url()).pathname).toBe("/account/second-factor");
    await heading(page, "Second step").waitFor();

    await setUpFactor(page);
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.getByText("so it cannot be turned off").waitFor();
    expect(await page.getByRole("button", { name: "Turn it off" }).count()).toBe(0);
    await openSection(page, "Activity");
    await page.getByText("Second step set up").waitFor();
    await end();
  });
});
