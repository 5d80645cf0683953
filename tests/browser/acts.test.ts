/** Every page by keys alone: whatever can be pressed there is come to, and what the page is for is done. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { comeBack, type Person } from "./support/account";
import {
  carriedOut,
  choose,
  confirmed,
  fetched,
  goTo,
  menus,
  offered,
  pick,
  press,
  says,
  shown,
  type,
} from "./support/acts";
import { atAccount, sharedBrowser, visit } from "./support/browser";
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
    given: async (_page, { email, password }) => {
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
      const pinned = page.getByRole("navigation", { name: "Conversations" }).getByText("Pinned", { exact: true });
      await press(page, "More about “Tin”");
      await choose(page, "Pin");
      await pinned.waitFor();
      await press(page, "More about “Tin”");
      await choose(page, "Unpin");
      await pinned.waitFor({ state: "detached" });
      await fetched(page, "More about “Tin”", "As Markdown, to read", /\.md$/);
      await fetched(page, "More about “Tin”", "As JSON, with all branches", /\.json$/);
      await fetched(page, "Export", "As Markdown, to read", /\.md$/);
      await fetched(page, "Export all", "As JSON, with all branches", /\.json$/);
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
      await shown(page, "ETHUSDT");

      await press(page, /^‹ Charts$/);
      await shown(page, "Charts");
      await press(page, "New grid");
      await goTo(page, "One symbol in several intervals");
      await page.keyboard.press("ArrowDown");
      await type(page, "Name", "Metals");
      await goTo(page, "BTCUSDT 1H");
      await page.keyboard.press("Space");
      await goTo(page, "ETHUSDT 1H");
      await page.keyboard.press("Space");
      await goTo(page, "Same time and crosshair in all");
      await page.keyboard.press("Space");
      await press(page, "Make the grid");
      await shown(page, "Metals");
      await expect.poll(() => page.locator(".chart-view").count()).toBe(2);

      await press(page, /^‹ Charts$/);
      await shown(page, "Charts");
      await type(page, "Show only this symbol", "btcusdt");
      await page.keyboard.press("Enter");
      await expect.poll(() => page.getByRole("list", { name: "Charts" }).getByRole("listitem").count()).toBe(1);
      await confirmed(page, "Delete Metals", "Delete");
      await page.getByRole("link", { name: "Metals", exact: true }).waitFor({ state: "detached" });
    },
  },
  ChartPage: {
    path: "/charts",
    title: "BTCUSDT 1H",
    given: async (_page, person) => `/charts/${(await desk.send<{ id: string }>(person, "/charts", chart)).id}`,
    act: async (page) => {
      const menu = "More about this chart";
      await page.locator('.chart-state[data-state="live"]').waitFor();
      await fetched(page, menu, "Save as picture (PNG)", /^BTCUSDT-1H-.*\.png$/);
      await fetched(page, menu, "Save as table (CSV)", /^BTCUSDT-1H-.*\.csv$/);
      await press(page, menu);
      await choose(page, "Keyboard shortcuts");
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      const first = page.url();
      await press(page, menu);
      await choose(page, "Duplicate");
      await page.waitForURL((url) => url.href !== first);
      await press(page, menu);
      await choose(page, "Name, theme, range");
      await type(page, "Name", "Gold of the sea");
      await page.keyboard.press("Enter");
      await shown(page, "Gold of the sea");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await press(page, menu);
      await choose(page, "Delete");
      await page.getByRole("alertdialog").waitFor();
      await press(page, "Delete");
      await shown(page, "Charts");
      await press(page, "BTCUSDT 1H");
      await shown(page, "BTCUSDT 1H");
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
    act: async (page) => {
      const charts = page.locator(".chart-view");
      const of = (symbol: string) => page.getByRole("button", { name: `Symbol: ${symbol}. Choose another one` });
      const toggle = async (name: string, isOn: boolean) => {
        await goTo(page, name);
        await page.keyboard.press("Space");
        await expect.poll(() => page.getByRole("checkbox", { name }).isChecked()).toBe(isOn);
      };
      await expect.poll(() => page.locator('.chart-state[data-state="live"]').count()).toBe(2);

      // Each for itself, and all together.
      await toggle("Same symbol in all", false);
      await pick(page, /^Symbol: ETHUSDT/, "solusdt");
      await of("SOLUSDT").waitFor();
      expect(await of("ETHUSDT").count()).toBe(1);
      await toggle("Same symbol in all", true);
      await pick(page, /^Symbol: SOLUSDT/, "xrpusdt");
      await expect.poll(() => of("XRPUSDT").count()).toBe(2);

      // The crosshair of one leads that of the other as long as they are linked.
      await expect.poll(() => page.locator('.chart-state[data-state="live"]').count()).toBe(2);
      const times = () => page.locator('.chart-view [data-value="time"]').allTextContents();
      const [, before] = await times();
      await goTo(page, /^Chart of XRPUSDT/);
      for (let step = 0; step < 12; step += 1) await page.keyboard.press("Shift+ArrowLeft");
      await expect.poll(async () => (await times())[1]).not.toBe(before);
      await toggle("Same time and crosshair in all", false);
      const [own, other] = await times();
      await goTo(page, /^Chart of XRPUSDT/);
      await page.keyboard.press("Home");
      await expect.poll(async () => (await times())[0]).not.toBe(own);
      expect((await times())[1]).toBe(other);

      // What one of them shows: past the rest of the first the second comes, and then the first again.
      await goTo(page, /^Interval/);
      await page.keyboard.press("End");
      await charts.nth(1).getByRole("application", { name: "Chart of XRPUSDT 1M" }).waitFor();
      const star = page.getByRole("button", { name: "Add XRPUSDT to the favourites" });
      await press(page, "Add XRPUSDT to the favourites");
      await expect.poll(() => star.first().getAttribute("aria-pressed")).toBe("true");
      await press(page, /Add indicator$/);
      await page.getByRole("dialog").waitFor();
      await press(page, "Apply");
      await charts.first().locator(".chart-legend-indicator").waitFor();
      await press(page, "In words");
      await page.getByRole("button", { name: "In words", pressed: true }).waitFor();

      // More places, filled and emptied again.
      await goTo(page, "Places");
      await page.keyboard.press("End");
      await expect.poll(() => page.getByText("This place is empty.").count()).toBe(2);
      await pick(page, "Put a chart here", "btcusdt");
      await of("BTCUSDT").waitFor();
      expect(await page.getByText("This place is empty.").count()).toBe(1);
      await press(page, "Take BTCUSDT 1H out of the grid");
      await expect.poll(() => page.getByText("This place is empty.").count()).toBe(2);
      await goTo(page, "Places");
      await page.keyboard.press("Home");
      await expect.poll(() => charts.count()).toBe(1);
      await press(page, "Open alone: XRPUSDT 15m");
      await shown(page, "XRPUSDT 15m");
      await press(page, /^‹ Charts$/);
      await shown(page, "Charts");
      await press(page, "ETHUSDT");
      await shown(page, "ETHUSDT");
      await confirmed(page, "Delete the grid", "Delete");
      await shown(page, "Charts");
      await says(page, /^A grid shows up to four charts/);
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
      await press(page, /^Account menu/);
      await choose(page, "Administration");
      await shown(page, "Users");
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

it("the description of the API, which is no page of the router: by keys alone", async () => {
  const { page, end } = await visit(browser, desk.server.url);
  await page.goto("/login");
  await shown(page, "Log in");
  const [docs] = await Promise.all([page.context().waitForEvent("page"), press(page, /^API/)]);
  await shown(docs, "Kontor API");
  expect(await outOfReach(docs)).toEqual([]);
  await docs.reload();

  await docs.keyboard.press("Tab");
  expect(await focused(docs)).toEqual({ name: "Skip to content", visible: true });
  await docs.keyboard.press("Enter");
  await expect.poll(() => docs.evaluate(() => document.activeElement?.tagName)).toBe("MAIN");
  await docs.keyboard.press("Tab");
  expect((await focused(docs)).name).toBe("openapi.json");

  // From the contents to a part, and from there to what it names.
  await tabTo(docs, "problem types", "Shift+Tab");
  await docs.keyboard.press("Enter");
  await docs.waitForURL(/#problems$/);
  await docs.keyboard.press("Tab");
  const { name } = await focused(docs);
  await docs.keyboard.press("Enter");
  await docs.waitForURL((url) => url.hash !== "#problems");
  expect(await docs.locator(":target h3").textContent()).toBe(name);
  await expect
    .poll(() => docs.locator(":target h3").evaluate((title) => title.getBoundingClientRect().top))
    .toBeGreaterThanOrEqual(0);
  await end();
});

it("carries out every item of every menu", () => {
  const sources = join(import.meta.dirname, "../../web/src");
  const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".tsx") && readFileSync(join(sources, file), "utf8").includes("<DropdownMenu.Content"),
  );
  expect(Object.keys(menus).sort()).toEqual(files.sort());
  expect([...new Set([...offered].map((each) => each.split(": ")[0]))].sort()).toEqual(files);
  expect([...offered].filter((each) => !carriedOut.has(each))).toEqual([]);
});
