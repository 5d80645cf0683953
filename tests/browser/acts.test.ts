/** Every page by keys alone: whatever can be pressed there is come to, and what the page is for is done. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { comeBack, type Person } from "./support/account";
import { atAccount, heading, sharedBrowser, visit } from "./support/browser";
import { analyst, Desk } from "./support/desk";
import { focused, outOfReach, tabTo } from "./support/keyboard";
import { codeOf } from "./support/totp";

const boss: Person = { email: "boss@example.com", password: "keeper of the counting house" };

let desk: Desk;
let browser: Browser;

beforeAll(async () => {
  [desk, browser] = await Promise.all([Desk.open({ ADMIN_EMAIL: boss.email }), sharedBrowser()]);
  desk.models.script = analyst();
  // The administrator comes in by keys, too.
  const { page, end } = await visit(browser, desk.server.url);
  await page.goto(await desk.server.setupPath());
  await shown(page, "Set your password");
  await type(page, "New password", boss.password);
  await page.keyboard.press("Enter");
  await atAccount(page);
  await end();
});
afterAll(async () => {
  await desk?.close();
});

const shown = (page: Page, title: string) => heading(page, title).waitFor();
const says = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

/** What has just come may be about to take the focus, so that reading goes on there. */
async function goTo(page: Page, name: string | RegExp): Promise<void> {
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  await tabTo(page, name);
}

async function press(page: Page, name: string | RegExp): Promise<void> {
  await goTo(page, name);
  await page.keyboard.press("Enter");
}

async function type(page: Page, name: string | RegExp, text: string): Promise<void> {
  await goTo(page, name);
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(text);
}

/** An item of the menu that is open, gone to by arrow and carried out. */
async function choose(page: Page, name: string): Promise<void> {
  const item = page.getByRole("menuitem", { name, exact: true });
  await item.waitFor();
  await expect
    .poll(async () => {
      const isThere = await item.evaluate((element) => element === document.activeElement);
      if (!isThere) await page.keyboard.press("ArrowDown");
      return isThere;
    })
    .toBe(true);
  await page.keyboard.press("Enter");
}

/** The button of an act, and the one in the dialog that asks. */
async function confirmed(page: Page, act: string | RegExp, answer: string): Promise<void> {
  await press(page, act);
  await page.getByRole("alertdialog").waitFor();
  await press(page, answer);
  await page.getByRole("alertdialog").waitFor({ state: "detached" });
}

interface Row {
  path: string;
  title: string;
  who?: "nobody" | "member" | "boss";
  /** What has to be there before. */
  given?(page: Page, person: Person): Promise<string | void>;
  act?(page: Page, person: Person): Promise<void>;
}

const chart = { market: "spot", symbol: "BTCUSDT", interval: "1H", days: 7 };

/** By the component of the page, as `router.tsx` names it. */
const rows: Record<string, Row> = {
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
      await shown(page, "Look into your mailbox");
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
  StartPage: {
    path: "/",
    title: "Your desk",
    act: async (page) => {
      await press(page, "Make a chart");
      await page.getByRole("dialog", { name: "Choose a symbol" }).waitFor();
    },
  },
  AccountPage: { path: "/account", title: "Account" },
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
  ActivityPage: { path: "/account/activity", title: "Activity" },
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
  ExchangePage: {
    path: "/settings/exchange",
    title: "Exchange",
    act: async (page) => {
      const key = desk.exchange.newKey({ authorities: ["readonly"] });
      await type(page, "API key", key.api_key);
      await type(page, "API secret", key.api_secret);
      await type(page, "Passphrase", key.passphrase);
      await page.keyboard.press("Enter");
      await says(page, "The exchange accepts the key; it is saved.");
      await press(page, "Test connection");
      await says(page, "The connection works");
      await confirmed(page, "Remove", "Remove");
      await says(page, "No key is stored yet.");
    },
  },
  LlmPage: {
    path: "/settings/llm",
    title: "Language model",
    given: (_page, person) => desk.setUpModel(person),
    act: async (page) => {
      await press(page, "Test connection");
      await says(page, "The connection works");
      await confirmed(page, "Remove", "Remove");
      await says(page, "No language model is set yet.");
    },
  },
  SecretsPage: {
    path: "/settings/secrets",
    title: "Secrets",
    act: async (page) => {
      await press(page, "New secret");
      await type(page, "Name", "ledger");
      await type(page, "Value", "the north sea");
      await press(page, "Save");
      await says(page, "Saved: ledger.");
      await press(page, "Show: ledger");
      await says(page, "the north sea");
      await press(page, "Hide");
      await press(page, "Delete: ledger");
      await says(page, "Deleted: ledger.");
      await press(page, "Undo");
      await says(page, "ledger is there again.");
    },
  },
  PreferencesPage: {
    path: "/settings/preferences",
    title: "Preferences",
    act: async (page) => {
      await tabTo(page, "Time zone");
      await page.keyboard.press("End");
      await press(page, "Save");
      await says(page, "Your preferences are saved.");
    },
  },
  ChatRoute: {
    path: "/chat/new",
    title: "New conversation",
    given: (_page, person) => desk.setUpModel(person),
    act: async (page) => {
      await type(page, "Your message", "About copper");
      await page.keyboard.press("Enter");
      await page.getByRole("navigation", { name: "Conversations" }).getByText("About copper").waitFor();
      await page.getByRole("button", { name: "Send" }).waitFor();
      await press(page, "More about “About copper”");
      await choose(page, "Rename");
      await page.getByRole("textbox", { name: "Title" }).waitFor();
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.type("Tin");
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await page.getByRole("button", { name: "More about “Tin”" }).waitFor();
      await press(page, "More about “Tin”");
      await choose(page, "Delete");
      await says(page, "“Tin” is deleted.");
      await press(page, "Undo");
      await page.getByRole("navigation", { name: "Conversations" }).getByText("Tin", { exact: true }).waitFor();
    },
  },
  ChartsPage: {
    path: "/charts",
    title: "Charts",
    given: async (_page, person) => void (await desk.send(person, "/charts", chart)),
    act: async (page) => {
      await page.getByRole("link", { name: "BTCUSDT 1H" }).waitFor();
      await press(page, "Duplicate BTCUSDT 1H");
      await expect.poll(() => page.locator(".chart-rows li").count()).toBe(2);
      await confirmed(page, "Delete BTCUSDT 1H", "Delete");
      await press(page, "New grid");
      await type(page, "Symbol", "ethusdt");
      await press(page, "Make the grid");
      await page.waitForURL(/\/charts\/layouts\//);
    },
  },
  ChartPage: {
    path: "/charts",
    title: "BTCUSDT 1H",
    given: async (_page, person) => `/charts/${(await desk.send<{ id: string }>(person, "/charts", chart)).id}`,
    act: async (page) => {
      await press(page, "More about this chart");
      await page.getByRole("menu").waitFor();
      await page.keyboard.press("End");
      await page.keyboard.press("Escape");
      await press(page, "Table");
      await page.getByRole("table").waitFor();
      await press(page, "Ask about this chart");
      await page.getByRole("textbox", { name: "Your message" }).waitFor();
    },
  },
  LayoutPage: {
    path: "/charts",
    title: "ETHUSDT",
    given: async (_page, person) => {
      const grid = { symbol: "ETHUSDT", intervals: ["15m", "1H"] };
      const made = await desk.send<{ id: string }>(person, "/charts/multi-timeframe", grid);
      return `/charts/layouts/${made.id}`;
    },
  },
  UsersPage: {
    path: "/admin/users",
    title: "Users",
    who: "boss",
    act: async (page) => {
      await press(page, "Invite somebody");
      await type(page, "E-mail address", "dora@example.com");
      await page.keyboard.press("Enter");
      await page.getByRole("textbox", { name: "One-time link" }).waitFor();
      await press(page, "I have kept it");
      await type(page, "Search by address", "dora");
      await expect.poll(() => page.getByRole("row").count()).toBe(2);
      await press(page, "dora@example.com");
      await shown(page, "dora@example.com");
    },
  },
  UserPage: {
    path: "/admin/users",
    title: "Users",
    who: "boss",
    given: async () => desk.server.createAccount("emil@example.com", "emil of the north sea"),
    act: async (page) => {
      await press(page, "emil@example.com");
      await shown(page, "emil@example.com");
      expect(await outOfReach(page)).toEqual([]);
      await confirmed(page, /^Deactivate: /, "Deactivate");
      await says(page, "The account is deactivated.");
      await confirmed(page, /^Activate: /, "Activate");
      await says(page, "The account is active.");
    },
  },
  PolicyPage: {
    path: "/admin/policy",
    title: "Rules",
    who: "boss",
    act: async (page) => {
      await type(page, "Shortest password", "9");
      await press(page, "Save the rules");
      await says(page, "The rules are saved.");
    },
  },
  AuditPage: {
    path: "/admin/audit",
    title: "Audit log",
    who: "boss",
    act: async (page) => {
      await page.getByRole("row").nth(1).waitFor();
      await type(page, "Done by", boss.email);
      await page.waitForURL(/actor=/);
      await press(page, "Clear the filters");
      await page.waitForURL((url) => !url.searchParams.has("actor"));
      await page.getByRole("row").nth(1).waitFor();
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

/** Stands in for a server that sends mail. */
async function answer(page: Page, path: string, body: object): Promise<void> {
  const reply = { contentType: "application/json", body: JSON.stringify(body) };
  await page.route(`**/api/v1${path}`, (route) => route.fulfill(reply));
}

it("knows every page of the router", () => {
  const router = readFileSync(join(import.meta.dirname, "../../web/src/app/router.tsx"), "utf8");
  const leaves = [...router.matchAll(/element: <(\w+Page|ChatRoute|AboutRoute) \/>/g)].map(([, name]) => name);
  expect(Object.keys(rows).sort()).toEqual([...new Set(leaves)].sort());
});

let people = 0;
it.each(Object.entries(rows))("%s: by keys alone", async (_name, { path, title, who = "member", given, act }) => {
  people += 1;
  const member = { email: `keys${people}@example.com`, password: "ledger of the north sea" };
  if (who === "member") await desk.server.createAccount(member.email, member.password);
  const { page, end } = await visit(browser, desk.server.url);
  const place = (await given?.(page, member)) ?? path;
  if (who === "nobody") await page.goto(place);
  else await comeBack(page, desk.server, who === "boss" ? boss : member, place);
  await shown(page, title);
  await page.waitForLoadState("networkidle");
  expect(await outOfReach(page)).toEqual([]);
  await act?.(page, member);
  await end();
});
