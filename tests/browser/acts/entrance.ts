/** Before somebody is in, and what is open to all. */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { press, shown, type } from "../support/acts";
import { tabTo } from "../support/keyboard";
import { type Rows } from "./row";

/** Stands in for a server that sends mail. */
async function answer(page: Page, path: string, body: object): Promise<void> {
  const reply = { contentType: "application/json", body: JSON.stringify(body) };
  await page.route(`**/api/v1${path}`, (route) => route.fulfill(reply));
}

export const entranceRows: Rows = {
  LoginPage: { path: "/login", title: "Log in", who: "nobody" },
  RegisterPage: { path: "/register", title: "Create an account", who: "nobody" },
  ForgotPage: {
    path: "/forgot",
    title: "Forgot your password?",
    who: "nobody",
    given: (page) => answer(page, "/auth/policy", { registration: "open", mail: true, email_verification: "off" }),
    act: async (page) => {
      await answer(page, "/auth/password/forgot", {});
      await type(page, "E-mail address", "ann@example.com");
      await page.keyboard.press("Enter");
      await shown(page, "Check your mailbox");
    },
  },
  SetupPage: { path: "/setup", title: "The setup link is missing", who: "nobody" },
  ResetPage: {
    path: "/reset#token=not-used",
    title: "Set a new password",
    who: "nobody",
    act: async (page) => {
      await type(page, "New password", "six brass candlesticks");
      await page.keyboard.press("Enter");
      await shown(page, "This link is not valid");
    },
  },
  ConfirmPage: {
    path: "/confirm#token=not-used",
    title: "Confirm your address",
    who: "nobody",
    act: async (page) => {
      await answer(page, "/auth/email/confirm", { email: "ann@example.com" });
      await press(page, "Confirm the address");
      await shown(page, "Your address is confirmed");
    },
  },
  AboutRoute: {
    path: "/about",
    title: "About Kontor",
    who: "nobody",
    act: async (page) => {
      await tabTo(page, /packages|parts/i);
      await page.keyboard.press("Space");
      await expect.poll(() => page.locator("details[open]").count()).toBe(1);
    },
  },
  NotFoundPage: {
    path: "/nowhere",
    title: "There is no such page",
    act: async (page) => {
      await press(page, "Back to the desk");
      await shown(page, "Your desk");
    },
  },
};
