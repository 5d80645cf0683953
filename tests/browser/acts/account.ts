/** One's own account. */
import { expect } from "vitest";
import { choose, confirmed, press, says, shown, type } from "../support/acts";
import { focused } from "../support/keyboard";
import { codeOf } from "../support/totp";
import { type Rows } from "./row";

export const accountRows: Rows = {
  AccountPage: {
    path: "/account",
    title: "Account",
    act: async (page) => {
      const menu = /^Account menu/;
      await press(page, menu);
      await choose(page, "Settings");
      await shown(page, "Exchange");
      await press(page, menu);
      await choose(page, "Account");
      await shown(page, "Account");
      await press(page, menu);
      await choose(page, "Keyboard shortcuts");
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await press(page, menu);
      await choose(page, "Log out");
      await shown(page, "Log in");
    },
  },
  EmailPage: {
    path: "/account/email",
    title: "E-mail",
    act: async (page, { email }) => {
      await type(page, "New e-mail address", `new-${email}`);
      await page.keyboard.press("Enter");
      await says(page, "Your address is changed.");
    },
  },
  PasswordPage: {
    path: "/account/password",
    title: "Password",
    act: async (page, { password }) => {
      await type(page, "Current password", password);
      await type(page, "New password", "six brass candlesticks");
      await page.keyboard.press("Enter");
      await says(page, "Your password is changed.");
    },
  },
  SecondFactorPage: {
    path: "/account/second-factor",
    title: "Second step",
    act: async (page) => {
      await press(page, "Set it up");
      await expect.poll(async () => (await focused(page)).name).toBe("Give the secret to your authenticator");
      const secret = ((await page.locator(".secret code").textContent()) ?? "").replaceAll(" ", "");
      await type(page, "Code from your authenticator", codeOf(secret));
      await page.keyboard.press("Enter");
      await shown(page, "Keep your recovery codes");
      await press(page, "I have kept them");
      await confirmed(page, "Turn it off", "Turn it off");
      await says(page, "The second step is off.");
    },
  },
  SessionsPage: {
    path: "/account/sessions",
    title: "Sessions",
    act: async (page) => {
      await confirmed(page, "Log out everywhere else", "Log out everywhere else");
      await says(page, "You are logged in nowhere else.");
    },
  },
  TokensPage: {
    path: "/account/tokens",
    title: "Access tokens",
    act: async (page) => {
      await press(page, "New token");
      await type(page, "Name", "Ledger");
      await page.keyboard.press("Enter");
      await says(page, "The token “Ledger” is made.");
      await press(page, "I have it");
      await confirmed(page, "Revoke: Ledger", "Revoke");
      await says(page, "You have no tokens.");
    },
  },
  ActivityPage: {
    path: "/account/activity",
    title: "Activity",
    given: async (_page, { email, password }, desk) => {
      for (let logins = 0; logins < 12; logins += 1) await desk.server.endSessions(email, password);
    },
    act: async (page) => {
      const entries = page.locator("main ol > li");
      await expect.poll(() => entries.count()).toBe(20);
      await press(page, "Show more");
      await says(page, "This is where your account began.");
      expect(await entries.count()).toBeGreaterThan(20);
      // Reading goes on at the first of the older ones.
      await expect.poll(() => entries.nth(20).evaluate((entry) => entry === document.activeElement)).toBe(true);
    },
  },
  LeavePage: {
    path: "/account/leave",
    title: "Your data",
    act: async (page, { email }) => {
      const download = page.waitForEvent("download");
      await press(page, "Download the archive");
      await download;
      await says(page, "is saved.");
      await press(page, /^Delete account/);
      await page.getByRole("alertdialog").waitFor();
      await type(page, /^To go on/, email);
      await press(page, "Delete for good");
      await says(page, "Your account is deleted");
    },
  },
};
