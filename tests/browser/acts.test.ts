/** Every page by keys alone: whatever can be pressed there is come to, and what the page is for is done. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { accountRows } from "./acts/account";
import { adminRows } from "./acts/admin";
import { chartsRows } from "./acts/charts";
import { entranceRows } from "./acts/entrance";
import { furtherRows } from "./acts/further";
import { boss, type Rows } from "./acts/row";
import { settingsRows } from "./acts/settings";
import { workRows } from "./acts/work";
import { comeBack } from "./support/account";
import { carriedOut, menus, offered, press, shown, type } from "./support/acts";
import { atAccount, sharedBrowser, visit } from "./support/browser";
import { analyst, Desk } from "./support/desk";
import { focused, outOfReach, tabTo } from "./support/keyboard";

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

const rows: Rows = { ...entranceRows, ...accountRows, ...settingsRows, ...workRows, ...chartsRows, ...adminRows };

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
  const place = (await given?.(page, member, desk)) ?? path;
  if (who === "nobody") await page.goto(place);
  else await comeBack(page, desk.server, who === "boss" ? boss : member, place);
  await shown(page, title);
  await page.waitForLoadState("networkidle");
  expect(await outOfReach(page)).toEqual([]);
  await act?.(page, member, desk);
  await end();
});

it.each(Object.entries(furtherRows))("%s below the first page: by keys alone", async (_name, { given, ...of }) => {
  people += 1;
  const member = { email: `further${people}@example.com`, password: "ledger of the north sea" };
  await desk.server.createAccount(member.email, member.password);
  await given(member, desk);
  const { page, end } = await visit(browser, desk.server.url);
  await comeBack(page, desk.server, of.who === "boss" ? boss : member, of.path);
  await shown(page, of.title);
  const rows = page.locator(of.rows);
  await expect.poll(() => rows.count()).toBe(of.page);
  await press(page, "Show more");
  await expect.poll(() => rows.count()).toBeGreaterThan(of.page);
  await expect
    .poll(() =>
      rows.nth(of.page).evaluate((row) => row === document.activeElement || row.contains(document.activeElement)),
    )
    .toBe(true);
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
