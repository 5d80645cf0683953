/** Access tokens for programs, and the proof that the page asks for in place. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { logInAt, type Person, stepUp, wantProofOnce } from "./support/account";
import { errorOf, hasFocus, sharedBrowser, visit } from "./support/browser";
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

const name = (page: Page) => page.getByRole("textbox", { name: "Name" });
const make = (page: Page) => page.getByRole("button", { name: "Make the token" });

async function statusWith(token: string): Promise<number> {
  const answer = await fetch(`${server.url}/api/v1/auth/me`, { headers: { Authorization: `Bearer ${token}` } });
  return answer.status;
}

it("a token is made, seen once, works, and is revoked", async () => {
  const { page, end } = await visit(browser, server.url);
  await logInAt(page, ann, "Access tokens");
  await page.getByText("You have no tokens.").waitFor();
  await page.getByRole("button", { name: "New token" }).click();
  expect(await hasFocus(name(page))).toBe(true);
  // A member is not offered what only administrators may read.
  for (const offered of [
    "Read your account",
    "Read your conversations",
    "Hold conversations",
    "Read your charts",
    "Change your charts",
  ])
    await page.getByRole("checkbox", { name: offered }).waitFor();
  expect(await page.getByRole("checkbox").count()).toBe(5);
  expect(await page.getByRole("combobox", { name: "Good for" }).inputValue()).toBe("90");

  await page.getByRole("checkbox", { name: "Read your account" }).uncheck();
  await make(page).click();
  expect(await errorOf(page, name(page))).toBe("Please give it a name.");
  await page.getByText("Choose at least one.").waitFor();

  await page.getByRole("checkbox", { name: "Read your account" }).check();
  await name(page).fill("  Backup of the ledger ");
  await page.getByRole("textbox", { name: "Only from these addresses" }).fill("not an address");
  await make(page).click();
  await page.getByText("Please enter addresses or ranges").waitFor();
  expect(await name(page).inputValue()).toBe("  Backup of the ledger ");
  await page.getByRole("textbox", { name: "Only from these addresses" }).fill("127.0.0.1, 2001:db8::/32");
  await make(page).click();

  const shown = page.locator(".secret code");
  await shown.waitFor();
  const token = (await shown.textContent()) ?? "";
  expect(token).toMatch(/^kontor_pat_[\w-]{43}$/);
  expect(await statusWith(token)).toBe(200);
  await page.getByRole("button", { name: "I have it" }).click();
  await shown.waitFor({ state: "detached" });
  const row = page.getByRole("listitem").filter({ hasText: "Backup of the ledger" });
  expect(await row.textContent()).toContain(`kontor_pat_…${token.slice(-4)}`);
  await page.reload();
  await row.getByText("2001:db8::/32").waitFor();
  await row.getByText("Last used").waitFor();
  expect(await page.content()).not.toContain(token);

  await row.getByRole("button", { name: "Revoke: Backup of the ledger" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByText("Revoked: Backup of the ledger.").waitFor();
  await page.getByText("You have no tokens.").waitFor();
  await expect.poll(() => statusWith(token)).toBe(401);
  await end();
});

it("a call that wants a fresh proof keeps what was typed, and goes on by itself", async () => {
  const { page, end } = await visit(browser, server.url);
  await logInAt(page, ann, "Access tokens");
  await page.getByRole("button", { name: "New token" }).click();
  await name(page).fill("Reports");

  await wantProofOnce(page, "POST", "/auth/tokens");
  await make(page).click();
  await stepUp(page).waitFor();
  await page.keyboard.press("Escape");
  await stepUp(page).waitFor({ state: "detached" });
  await page.getByText("it was not confirmed that it is you").waitFor();
  expect(await name(page).inputValue()).toBe("Reports");

  await page.unrouteAll();
  await wantProofOnce(page, "POST", "/auth/tokens");
  await make(page).click();
  const secret = stepUp(page).locator("input[type=password]");
  await secret.waitFor();
  await expect.poll(() => hasFocus(secret)).toBe(true);
  expect(await secret.getAttribute("autocomplete")).toBe("current-password");
  await secret.fill("not the password");
  await page.keyboard.press("Enter");
  await expect.poll(() => secret.getAttribute("aria-invalid")).toBe("true");
  await secret.fill(ann.password);
  await page.keyboard.press("Enter");
  await page.getByText("The token “Reports” is made.").waitFor();
  expect(await stepUp(page).count()).toBe(0);
  await end();
});
