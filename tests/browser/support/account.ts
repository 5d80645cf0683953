/** The account's pages, as tests walk through them. */
import type { Page } from "playwright-core";
import { heading, logIn } from "./browser";
import type { Server } from "./server";
import { codeOf } from "./totp";

export interface Person {
  email: string;
  password: string;
}

export async function openSection(page: Page, section: string): Promise<void> {
  await page.getByRole("navigation").getByRole("link", { name: section, exact: true }).click();
  await heading(page, section).waitFor();
}

/** By the menu; the exchange is the first of the settings. */
export async function openSettings(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Account menu/ }).click();
  await page.getByRole("menuitem", { name: "Settings" }).click();
  await heading(page, "Exchange").waitFor();
}

export async function logInAt(page: Page, person: Person, section: string): Promise<void> {
  await page.goto("/login");
  await logIn(page, person.email, person.password);
  await openSection(page, section);
}

/** Somebody who has logged in before opens a page; for tests that are not about the way in. */
export async function comeBack(page: Page, server: Server, person: Person, path = "/account"): Promise<void> {
  await page.context().addCookies(await server.cookiesOf(person.email, person.password));
  await page.goto(path);
}

export const overlay = (page: Page) => page.getByRole("dialog", { name: "Please log in again" });
export const stepUp = (page: Page) => page.getByRole("dialog", { name: "Please confirm that it is you" });
export const codeField = (page: Page) => page.getByRole("textbox", { name: "Code from your authenticator" });
export const recoveryField = (page: Page) => page.getByRole("textbox", { name: "Recovery code" });

export interface Factor {
  secret: string;
  recoveryCodes: string[];
}

/** From the page of the second step, which says that there is none, to the codes. Uses up the code of this step. */
export async function setUpFactor(page: Page): Promise<Factor> {
  await page.getByRole("button", { name: "Set it up" }).click();
  const secret = ((await page.locator(".secret code").textContent()) ?? "").replaceAll(" ", "");
  await codeField(page).fill(codeOf(secret));
  await page.getByRole("button", { name: "Turn it on" }).click();
  await heading(page, "Keep your recovery codes").waitFor();
  return { secret, recoveryCodes: await page.getByRole("listitem").locator("code").allTextContents() };
}

/** The server wants a fresh proof for the next call of this kind, as it does ten minutes after a login. */
export async function wantProofOnce(page: Page, method: string, path: string): Promise<void> {
  let refused = false;
  await page.route(`**/api/v1${path}`, async (route) => {
    if (refused || route.request().method() !== method) return route.continue();
    refused = true;
    await route.fulfill({
      status: 403,
      contentType: "application/problem+json",
      body: JSON.stringify({
        type: "urn:kontor:problem:step-up-required",
        title: "A fresh proof is needed.",
        status: 403,
      }),
    });
  });
}
